// Where a disk is full or refuses: lines stay whole, what is lost is counted and reported, and the program goes on.
#include <sys/resource.h>

#include <csignal>

#include "../src/journal.hpp"
#include "journal.hpp"

namespace {

namespace events = telemetry_events::v1;
using telemetry_events::Logger;
using telemetry_events::detail::Journal;

// Where a file may not grow, a line that does not fit goes whole into another, and the program is not ended by a
// signal.
TEST_F(Journals, KeepsLinesWholeWhereFilesMayNotGrow) {
  const int status = in_child([] {
    const rlimit limit{1000, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Logger logger({.service = "worker"});
    for (int i = 0; i < 20; ++i) logger.info(batch(i));
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(numbers(), from_one_to(20));
  EXPECT_GT(segments().size(), 5U);
}

// What no disk takes is counted; when one does, a record says how many were lost, and the gap which.
TEST_F(Journals, ReportsWhatTheDiskHasRefused) {
  const int status = in_child([this] {
    const std::string hidden = directory.string() + "-hidden";
    Logger logger({.service = "worker"});
    // No folder can be made in what is a file.
    std::filesystem::rename(directory, hidden);
    std::ofstream(directory) << "";
    for (int i = 0; i < 3; ++i) logger.info(batch(i));
    std::filesystem::remove(directory);
    std::filesystem::rename(hidden, directory);
    wait_until("a record is written again", [&] {
      logger.info(batch(7));
      return !files().empty();
    });
  });
  EXPECT_EQ(status, 0);
  const auto found = lines();
  ASSERT_EQ(found.size(), 2U);
  const long dropped = std::stol(member(found[0], "dropped_count"));
  EXPECT_GE(dropped, 3);
  EXPECT_EQ(numbers(), (std::vector<long>{dropped + 1, dropped + 2}));
  EXPECT_EQ(member(found[0], "event"), "\"telemetry_dropped\"");
  EXPECT_EQ(member(found[0], "reason"), "\"write_failed\"");
  EXPECT_LE(member(found[0], "first_datetime"), member(found[0], "last_datetime"));
}

// A file of which nothing may be written is not left behind, and the reason is a full disk.
TEST_F(Journals, LeavesNoFileWhereNothingFits) {
  const int status = in_child([this] {
    const rlimit limit{10, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Journal journal(directory / "folder", 1 << 30);
    if (journal.write("longer than ten bytes\n") != events::TELEMETRY_DROP_REASON_DISK_FULL) ::_exit(1);
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(segments().empty());
}

// Where no file may be written at all, and nobody reads standard error, the program goes on.
TEST_F(Journals, EndNoProgramByASignal) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  ::close(pipe[0]);
  const int status = in_child([&] {
    ::dup2(pipe[1], STDERR_FILENO);
    ::close(pipe[1]);
    const rlimit limit{0, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Logger logger({.service = "worker"});
    logger.info(batch(1));
    sigset_t pending;
    ::sigpending(&pending);
    if (::sigismember(&pending, SIGPIPE) != 0) ::_exit(1);
  });
  ::close(pipe[1]);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(segments().empty());
}

}  // namespace
