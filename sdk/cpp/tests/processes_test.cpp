// A journal and its process: what a kill leaves, what a fork makes of it, and many threads that share it.
#include <atomic>
#include <csignal>
#include <map>
#include <set>
#include <thread>

#include "journal.hpp"
#include "telemetry_conformance/v1/kitchen_sink.pb.h"
#include "telemetry_events/v1/algorithm.pb.h"
#include "telemetry_events/v1/cohort.pb.h"
#include "telemetry_events/v1/dataset.pb.h"
#include "telemetry_events/v1/task.pb.h"

namespace {

namespace events = telemetry_events::v1;
using telemetry_events::Logger;

struct Threads : JournalTest {};
// Of processes that have threads, which sanitizers cannot follow: their own locks are copied as they are.
struct Forks : JournalTest {};

// Prints messages of many types, from several files.
void print_all() {
  namespace kitchen = telemetry_conformance::v1;
  const auto print = [](const auto&... messages) { (telemetry_events::canonical_json(messages), ...); };
  print(kitchen::KitchenSinkEvent(), kitchen::Trunk(), kitchen::OneKind(), kitchen::Order(), kitchen::Maybe(),
        kitchen::Many(), events::TaskErrorEvent(), events::TaskAcceptedEvent(), events::TaskCompleteEvent(),
        events::MissingColumnEvent(), events::DatasetConnectedEvent(), events::TrialFilterSummaryEvent(),
        events::GroupingSummaryEvent(), events::AlgorithmProgressEvent(), events::ExecutionTimeEvent());
}

// A killed process has lost no record of which the call had returned.
TEST_F(Journals, SurvivesKill) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);  // So that nobody waits for ever for what it accepts.
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
                  const int status = in_child([&] { logger.info(batch(1)); });
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
                wait_until("the other thread has begun", [&] { return is_begun.load(); });
                for (int i = 0; i < 4; ++i) {
                  const int status = in_child([] { print_all(); });
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
                   // Until the child has ended, or its alarm has ended it.
                   while (!is_over) std::this_thread::yield();
                   return true;
                 }});
  std::thread busy([&] { logger.info(batch(0)); });
  wait_until("the writer is called", [&] { return is_within.load(); });
  EXPECT_EQ(in_child([&] {
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

}  // namespace
