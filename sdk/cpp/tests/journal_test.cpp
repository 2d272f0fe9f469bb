// The journal's files, and what becomes of records when something is wrong with them.
#include "journal.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <regex>
#include <set>
#include <thread>

#include "../src/journal.hpp"
#include "telemetry_conformance/v1/kitchen_sink.pb.h"
#include "telemetry_events/v1/algorithm.pb.h"
#include "telemetry_events/v1/cohort.pb.h"
#include "telemetry_events/v1/dataset.pb.h"
#include "telemetry_events/v1/task.pb.h"

namespace {

namespace events = telemetry_events::v1;
using telemetry_events::Logger;
using telemetry_events::detail::Journal;

events::BatchProgressEvent batch(int number) {
  events::BatchProgressEvent event;
  event.set_protocol_name("ResultsOnly");
  event.set_batch_number(number);
  return event;
}

std::vector<long> from_one_to(long last) {
  std::vector<long> numbers(last);
  for (long i = 0; i < last; ++i) numbers[i] = i + 1;
  return numbers;
}

// Prints messages of many types, from several files.
void print_all() {
  namespace kitchen = telemetry_conformance::v1;
  const auto print = [](const auto&... messages) { (telemetry_events::canonical_json(messages), ...); };
  print(kitchen::KitchenSinkEvent(), kitchen::Trunk(), kitchen::OneKind(), kitchen::Order(), kitchen::Maybe(),
        kitchen::Many(), events::TaskErrorEvent(), events::TaskAcceptedEvent(), events::TaskCompleteEvent(),
        events::MissingColumnEvent(), events::DatasetConnectedEvent(), events::TrialFilterSummaryEvent(),
        events::GroupingSummaryEvent(), events::AlgorithmProgressEvent(), events::ExecutionTimeEvent());
}

struct Journals : JournalTest {};
struct Threads : JournalTest {};
// Of processes that have threads, which sanitizers cannot follow: their own locks are copied as they are.
struct Forks : JournalTest {};

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
  while (lines().size() == left) logger.info(batch(1));
  const auto found = lines();
  ASSERT_EQ(found.size(), left + 2);
  EXPECT_EQ(member(found[left], "reason"), "\"journal_full\"");
  EXPECT_EQ(std::stol(member(found[left], "seq")), accepted + std::stol(member(found[left], "dropped_count")) + 1);
  EXPECT_EQ(member(found[left + 1], "batch_number"), "1");
}

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
    while (files().empty()) logger.info(batch(7));
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

// A killed process has lost no record of which the call had returned.
TEST_F(Journals, SurvivesKill) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Logger logger({.service = "worker"});
    for (int i = 1;; ++i) {
      logger.info(batch(i));
      if (::write(pipe[1], &i, sizeof i) != sizeof i) ::_exit(1);
    }
  }
  ::close(pipe[1]);
  int accepted = 0, next = 0;
  for (; accepted < 2000 && ::read(pipe[0], &next, sizeof next) == sizeof next; accepted = next) {}
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  for (; ::read(pipe[0], &next, sizeof next) == sizeof next; accepted = next) {}
  ::close(pipe[0]);
  EXPECT_GE(accepted, 2000);
  EXPECT_GE(static_cast<int>(lines().size()), accepted);
  EXPECT_EQ(numbers(), from_one_to(static_cast<long>(lines().size())));
}

// A forked child is another emitter with a folder of its own, and leaves its parent's alone.
TEST_F(Journals, AreTheChildsOwnAfterAFork) {
  Logger logger({.service = "worker"});
  logger.info(batch(1));
  EXPECT_EQ(in_child([&] {
              logger.info(batch(2));
              logger.info(batch(3));
            }),
            0);
  logger.info(batch(4));
  std::map<std::string, std::vector<std::string>> by_emitter;
  for (const std::string& line : lines())
    by_emitter[member(line, "emitter")].push_back(member(line, "seq") + " " + member(line, "batch_number"));
  ASSERT_EQ(by_emitter.size(), 2U);
  std::set<std::vector<std::string>> found;
  for (const auto& [emitter, each] : by_emitter) found.insert(each);
  EXPECT_EQ(found, (std::set<std::vector<std::string>>{{"1 1", "2 4"}, {"1 2", "2 3"}}));
}

// A child that is forked while another thread is within a call can log, whatever that call was doing; so can its
// parent.
TEST_F(Forks, LetBothGoOn) {
  for (int round = 0; round < 20; ++round) {
    // In a process of its own, so that each round has calls that are the first of their types.
    EXPECT_EQ(in_child([&] {
                Logger logger({.service = "worker"});
                std::atomic<bool> is_over = false;
                std::thread busy([&] {
                  do logger.info(batch(0));
                  while (!is_over);
                });
                for (int i = 0; i < 10; ++i) {
                  // A child that waits for ever is ended by its alarm, which is a failure.
                  const int status = in_child([&] {
                    ::alarm(60);
                    logger.info(batch(1));
                  });
                  if (status != 0) ::_exit(1);
                }
                is_over = true;
                busy.join();
              }),
              0);
  }
  std::map<std::string, long> by_emitter;
  for (const std::string& line : lines())
    EXPECT_EQ(std::stol(member(line, "seq")), ++by_emitter[member(line, "emitter")]);
  EXPECT_EQ(by_emitter.size(), 20U * 11);
}

// A child that is forked while another thread meets types for the first time can do the same: none of protobuf's locks
// is copied as it was held.
TEST_F(Forks, KeepNoDescriptorLocked) {
  for (int round = 0; round < 60; ++round) {
    EXPECT_EQ(in_child([] {
                std::atomic<bool> is_begun = false;
                std::thread busy([&is_begun] {
                  is_begun = true;
                  print_all();
                });
                while (!is_begun) std::this_thread::yield();
                for (int i = 0; i < 4; ++i) {
                  const int status = in_child([] {
                    ::alarm(60);
                    print_all();
                  });
                  if (status != 0) ::_exit(1);
                }
                busy.join();
              }),
              0);
  }
}

// A child that is forked within a call of the writer's does not wait for its parent's lock.
TEST_F(Forks, LetAChildGoOnWithoutItsParentsLock) {
  std::atomic<bool> is_within = false, is_over = false;
  Logger logger({.service = "worker", .writer = [&](std::string_view) {
                   is_within = true;
                   while (!is_over) std::this_thread::yield();
                   return true;
                 }});
  std::thread busy([&] { logger.info(batch(0)); });
  while (!is_within) std::this_thread::yield();
  EXPECT_EQ(in_child([&] {
              ::alarm(60);
              is_over = true;
              logger.info(batch(1));
            }),
            0);
  is_over = true;
  busy.join();
}

// Of many threads, each record is in the journal once, in the order of the numbers, without a gap.
TEST_F(Threads, ShareOneJournal) {
  constexpr int kThreads = 8, kCalls = 500;
  Logger logger({.service = "worker", .capacity_bytes = 64 << 20});
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      events::TelemetryContext context;
      context.set_task_id(std::to_string(thread));
      const telemetry_events::ContextScope scope(context);
      for (int i = 0; i < kCalls; ++i) logger.info(batch(thread * kCalls + i));
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(numbers(), from_one_to(kThreads * kCalls));
  std::set<int> found;
  for (const std::string& line : lines()) {
    const int number = std::stoi(member(line, "batch_number"));
    EXPECT_EQ(member(line, "task_id"), "\"" + std::to_string(number / kCalls) + "\"");
    found.insert(number);
  }
  EXPECT_EQ(found.size(), static_cast<std::size_t>(kThreads * kCalls));
}

// Neither a patient, nor a record number, nor the key, nor an exception's message reaches the disk or standard error.
TEST_F(Journals, HoldNobodysName) {
  const std::string told = directory / "stderr";
  const int status = in_child([&] {
    const int file = ::open(told.c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(file, STDERR_FILENO);
    Logger logger({.service = "worker", .key = telemetry_events::RedactionKey("site1", "CANARY-KEY-16-bytes-or-more")});
    events::MissingColumnEvent missing;
    missing.set_file_name("/data/CANARY^JANE/MRN-4711.dcm");
    missing.set_column_name("Pixel Data");
    events::TaskErrorEvent failed;
    failed.set_stacktrace_frames("  File \"/a/b/c.cpp\", line 1, in run\nCANARY");
    logger.error(missing, std::runtime_error("CANARY"));
    logger.error(failed, std::runtime_error("CANARY"));
    events::ExecutionTimeEvent invalid;
    invalid.set_function("CANARY");
    invalid.set_duration_seconds(std::numeric_limits<double>::quiet_NaN());
    logger.info(invalid);
    logger.info(invalid);
  });
  EXPECT_EQ(status, 0);
  ASSERT_EQ(lines().size(), 4U);
  for (const auto& file : files()) {
    const std::string text = file.string() + text_of(file);
    EXPECT_EQ(text.find("CANARY"), text.npos);
    EXPECT_EQ(text.find("4711"), text.npos);
  }
  EXPECT_EQ(
      text_of(told),
      "telemetry-events: telemetry_events.v1.ExecutionTimeEvent could not be recorded: duration_seconds: not_finite\n");
}

}  // namespace
