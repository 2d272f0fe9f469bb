// What a journal leaves to delivery: which folders are marked, and what happens while delivery makes no room.
#include "../src/journal.hpp"
#include "journal.hpp"

namespace {

namespace events = telemetry_events::v1;
using telemetry_events::Logger;
using telemetry_events::detail::Journal;

// A folder is marked as to be delivered where an option, or else the environment, says `none`.
TEST_F(Journals, AreMarkedAsToBeDelivered) {
  const auto marks = [this](const char* variable, const std::string& option) {
    ::setenv("TELEMETRY_EVENTS_SHIP", variable, 1);
    Logger({.ship = option}).info(batch(1));
    auto found = files();
    std::erase_if(found, [](const auto& each) { return each.filename() != "to-deliver"; });
    return found;
  };
  for (const char* said : {"", "never", "thread"}) EXPECT_TRUE(marks(said, "").empty()) << said;
  EXPECT_TRUE(marks("none", "never").empty());
  EXPECT_EQ(marks("", "none").size(), 1U);
  EXPECT_EQ(marks(" none", "").size(), 2U);
  const auto all = marks("never", "none");
  EXPECT_EQ(all.size(), 3U);
  for (const auto& each : all) {
    EXPECT_EQ(static_cast<int>(std::filesystem::status(each).permissions()), 0600);
    EXPECT_EQ(std::filesystem::file_size(each), 0U);
  }
}

// Where a folder cannot be marked nothing is written, and what a link leads to is not touched.
TEST_F(Journals, FollowNoLinkToMarkTheirFolder) {
  std::filesystem::create_directory(directory / "folder");
  std::filesystem::create_symlink(directory / "elsewhere", directory / "folder" / "to-deliver");
  Journal journal(directory / "folder", 1 << 30, true);
  EXPECT_EQ(journal.write("a\n"), events::TELEMETRY_DROP_REASON_WRITE_FAILED);
  EXPECT_FALSE(std::filesystem::exists(directory / "elsewhere"));
  EXPECT_TRUE(segments().empty());
}

// What is to be delivered goes by delivery alone: a full journal fills its open segment, then refuses, and goes on when
// there is room. The files that delivery keeps count for nothing, and stay.
TEST_F(Journals, LeaveToDeliveryWhatIsToBeDelivered) {
  const auto folder = directory / "folder";
  Journal journal(folder, 1 << 20, true);
  const auto start = std::chrono::steady_clock::now();
  const std::string line(49'000, 'x');
  const auto write = [&](int count, int seconds = 0) {
    auto reason = events::TELEMETRY_DROP_REASON_UNSPECIFIED;
    for (int i = 0; i < count && reason == 0; ++i) reason = journal.write(line, start + std::chrono::seconds(seconds));
    return reason;
  };
  EXPECT_EQ(write(1), 0);
  const std::filesystem::path theirs[] = {folder / "00000001-385.cursor", folder / "shipping", folder / "to-deliver"};
  for (const auto& each : theirs) std::ofstream(each) << std::string(1 << 20, 'x');
  EXPECT_EQ(write(18), 0);
  EXPECT_EQ(write(2, 60), 0);  // The open one is old, and yet there is no next one.
  EXPECT_EQ(write(1, 60), events::TELEMETRY_DROP_REASON_JOURNAL_FULL);
  EXPECT_EQ(write(1, 61), events::TELEMETRY_DROP_REASON_JOURNAL_FULL);
  ASSERT_EQ(segments().size(), 7U);
  for (const auto& each : segments()) EXPECT_EQ(std::filesystem::file_size(each), 147'000U);
  std::filesystem::remove(segments()[0]);
  EXPECT_EQ(write(1, 62), 0);
  EXPECT_EQ(std::filesystem::file_size(folder / "00000008.jsonl"), 49'000U);
  for (const auto& each : theirs) EXPECT_EQ(std::filesystem::file_size(each), 1U << 20);
}

// The last segment, which delivery leaves alone, has nothing refused, however much it holds.
TEST_F(Journals, RefuseNothingForTheirLastSegment) {
  Journal journal(directory / "folder", 1 << 20, true);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(journal.write(std::string(1 << 20, 'x')), 0);
  EXPECT_EQ(segments().size(), 2U);
}

// What a journal refuses until delivery has made room is counted, and reported.
TEST_F(Journals, ReportWhatTheyHaveRefused) {
  Logger logger({.capacity_bytes = 1 << 20, .ship = "none"});
  const std::string text(20'000, 'x');
  for (int i = 0; i < 100; ++i) logger.info(text);
  const long accepted = std::ssize(lines());
  std::filesystem::remove(segments()[0]);
  const std::size_t left = lines().size();
  wait_until("a record is written again", [&] {
    logger.info(batch(1));
    return lines().size() != left;
  });
  const auto found = lines();
  ASSERT_EQ(found.size(), left + 2);
  EXPECT_EQ(member(found[left], "reason"), "\"journal_full\"");
  EXPECT_EQ(std::stol(member(found[left], "seq")), accepted + std::stol(member(found[left], "dropped_count")) + 1);
  EXPECT_EQ(member(found[left + 1], "batch_number"), "1");
}

}  // namespace
