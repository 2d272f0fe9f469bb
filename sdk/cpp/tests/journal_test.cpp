// The folder of a journal, its lock, and the files in it, which are its own.
#include "journal.hpp"

#include <regex>

#include "../src/journal.hpp"

namespace {

namespace events = telemetry_events::v1;
using telemetry_events::Logger;
using telemetry_events::detail::Journal;

// Folder, lock and segment are there with the first record, with the names and modes of record.md, section 8.
TEST_F(Journals, MakesItsFilesAtTheFirstRecord) {
  Logger logger({.service = "a/b:c"});
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  logger.info(batch(1));
  const auto found = files();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].filename(), "00000001.jsonl");
  EXPECT_EQ(found[1].filename(), "lock");
  const std::string folder = found[0].parent_path().filename();
  EXPECT_TRUE(
      std::regex_match(folder, std::regex("a_b_c-" + std::to_string(::getpid()) + "-[0-9]{8}T[0-9]{6}Z-[a-z2-7]{16}")))
      << folder;
  EXPECT_EQ("\"" + folder.substr(folder.size() - 16) + "\"", member(lines().at(0), "emitter"));
  const auto mode = [](const std::filesystem::path& path) {
    return static_cast<int>(std::filesystem::status(path).permissions());
  };
  EXPECT_EQ(mode(found[0].parent_path()), 0700);
  EXPECT_EQ(mode(found[0]), 0600);
  EXPECT_EQ(mode(found[1]), 0600);
}

// Another process finds the lock held as a POSIX record lock, and free once the logger has ended.
TEST_F(Journals, HoldsItsLockForOtherProcesses) {
  const auto asks = [this] {
    const std::string lock = files().back();
    return std::system(
        ("python3 -c 'import fcntl, sys; fcntl.lockf(open(sys.argv[1], \"r+\"), fcntl.LOCK_EX | fcntl.LOCK_NB)' " +
         lock + " 2>/dev/null")
            .c_str());
  };
  {
    Logger logger;
    logger.info(batch(1));
    EXPECT_EQ(WEXITSTATUS(asks()), 1);
  }
  EXPECT_EQ(WEXITSTATUS(asks()), 0);
}

// A segment is a file that was not there before: nothing is appended to another's, or to what a link leads to.
TEST_F(Journals, AppendToTheirOwnFilesOnly) {
  std::filesystem::create_directory(directory / "folder");
  std::ofstream(directory / "folder" / "00000001.jsonl") << "theirs";
  std::ofstream(directory / "target") << "theirs";
  std::filesystem::create_symlink(directory / "target", directory / "folder" / "00000002.jsonl");
  Journal journal(directory / "folder", 1 << 30);
  EXPECT_EQ(journal.write("a\n"), events::TELEMETRY_DROP_REASON_UNSPECIFIED);
  EXPECT_EQ(text_of(directory / "folder" / "00000001.jsonl"), "theirs");
  EXPECT_EQ(text_of(directory / "target"), "theirs");
  EXPECT_EQ(text_of(directory / "folder" / "00000003.jsonl"), "a\n");
}

// A folder that somebody has deleted is made anew for the next segment, and locked.
TEST_F(Journals, MakesADeletedFolderAnew) {
  Journal journal(directory / "folder", 1 << 30);
  const auto start = std::chrono::steady_clock::now();
  journal.write("a\n", start);
  std::filesystem::remove_all(directory / "folder");
  journal.write("b\n", start + std::chrono::seconds(60));
  ASSERT_EQ(files().size(), 2U);
  EXPECT_EQ(text_of(files()[0]), "b\n");
}

}  // namespace
