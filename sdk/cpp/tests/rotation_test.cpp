// When a journal goes on to its next segment, and when its oldest ones go.
#include <sys/resource.h>

#include "../src/journal.hpp"
#include "journal.hpp"

namespace {

using telemetry_events::Logger;
using telemetry_events::detail::Journal;

// A segment is left for the next at an eighth of the capacity, or 8 MiB, whichever is less.
TEST_F(Journals, GoesOnToTheNextSegment) {
  Logger logger({.capacity_bytes = 1 << 30});
  const std::string text(16'000, 'x');
  for (int i = 0; i < 530; ++i) logger.info(text);
  const auto found = segments();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_GE(std::filesystem::file_size(found[0]), 8U << 20);
  EXPECT_LT(std::filesystem::file_size(found[0]), (8U << 20) + 17'000);
  EXPECT_EQ(numbers(), from_one_to(530));
}

// A segment that is a minute old at a record is left for the next.
TEST_F(Journals, LeavesASegmentThatIsOld) {
  Journal journal(directory / "folder", 1 << 30);
  const auto start = std::chrono::steady_clock::now();
  journal.write("a\n", start);
  journal.write("b\n", start + std::chrono::milliseconds(59'999));
  journal.write("c\n", start + std::chrono::seconds(60));
  ASSERT_EQ(segments().size(), 2U);
  EXPECT_EQ(text_of(segments()[0]), "a\nb\n");
  EXPECT_EQ(text_of(segments()[1]), "c\n");
}

// Where no further file can be opened, the segment that is open goes on, and is left as soon as one can.
TEST_F(Journals, KeepTheirSegmentWhereNoOtherCanBeOpened) {
  const int status = in_child([this] {
    Journal journal(directory / "folder", 1 << 30);
    const auto start = std::chrono::steady_clock::now();
    const auto write = [&](const char* line, int seconds) {
      if (journal.write(line, start + std::chrono::seconds(seconds)) != 0) ::_exit(1);
    };
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    write("a\n", 0);
    const rlimit none{0, files.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    write("b\n", 60);
    ::setrlimit(RLIMIT_NOFILE, &files);
    write("c\n", 60);
    write("d\n", 61);
  });
  EXPECT_EQ(status, 0);
  ASSERT_EQ(segments().size(), 2U);
  EXPECT_EQ(text_of(segments()[0]), "a\nb\nc\n");
  EXPECT_EQ(text_of(segments()[1]), "d\n");
}

// Beyond its capacity a journal deletes its own oldest segments, and nobody else's.
TEST_F(Journals, KeepsToItsCapacity) {
  std::filesystem::create_directory(directory / "other");
  std::ofstream(directory / "other" / "00000001.jsonl") << std::string(2'000'000, 'x');
  Logger logger({.capacity_bytes = 1 << 20});
  const std::string text(10'000, 'x');
  for (int i = 0; i < 500; ++i) logger.info(text);
  std::uintmax_t total = 0;
  for (const auto& each : segments())
    total += each.parent_path().filename() == "other" ? 0 : std::filesystem::file_size(each);
  EXPECT_LE(total, 1U << 20);
  EXPECT_GE(total, 700'000U);
  EXPECT_TRUE(std::filesystem::exists(directory / "other" / "00000001.jsonl"));
  const auto left = numbers();
  EXPECT_EQ(left.back(), 500);
}

}  // namespace
