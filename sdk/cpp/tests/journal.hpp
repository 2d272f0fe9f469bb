// What the tests of loggers share: a directory of their own, what lies in it, and how they wait.
#pragma once

#include <gtest/gtest.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>
#include <vector>

#include "telemetry_events/logger.hpp"
#include "telemetry_events/v1/algorithm.pb.h"

struct JournalTest : testing::Test {
  JournalTest() {
    std::string pattern = std::filesystem::temp_directory_path() / "telemetry-events-XXXXXX";
    directory = ::mkdtemp(pattern.data());
    for (const char* name : {"DD_SERVICE", "DD_ENV", "DD_VERSION", "DD_TAGS", "DD_HOSTNAME", "TELEMETRY_EVENTS_KEY",
                             "TELEMETRY_EVENTS_SHIP"})
      ::unsetenv(name);
    ::setenv("TELEMETRY_EVENTS_DIR", directory.c_str(), 1);
  }
  ~JournalTest() override { std::filesystem::remove_all(directory); }

  // Returns the files there are, in their order.
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> found;
    for (const auto& each : std::filesystem::recursive_directory_iterator(directory)) {
      if (each.is_regular_file()) found.push_back(each.path());
    }
    std::ranges::sort(found);
    return found;
  }

  std::vector<std::filesystem::path> segments() const {
    auto found = files();
    std::erase_if(found, [](const auto& each) { return each.extension() != ".jsonl"; });
    return found;
  }

  static std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  // Returns the whole lines of all segments.
  std::vector<std::string> lines() const {
    std::vector<std::string> found;
    for (const auto& segment : segments()) {
      const std::string text = text_of(segment);
      for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
        found.push_back(text.substr(begin, end - begin));
      }
    }
    return found;
  }

  // Returns what stands behind `"name":` in a line, up to the next comma or brace.
  static std::string member(const std::string& line, const std::string& name) {
    const std::size_t at = line.find("\"" + name + "\":");
    if (at == line.npos) return "";
    const std::size_t begin = at + name.size() + 3;
    return line.substr(begin, line.find_first_of(",}", begin) - begin);
  }

  // Returns the numbers of all lines, in the order of the files.
  std::vector<long> numbers() const {
    std::vector<long> found;
    for (const std::string& line : lines()) found.push_back(std::stol(member(line, "seq")));
    return found;
  }

  static telemetry_events::v1::BatchProgressEvent batch(int number) {
    telemetry_events::v1::BatchProgressEvent event;
    event.set_protocol_name("ResultsOnly");
    event.set_batch_number(number);
    return event;
  }

  static std::vector<long> from_one_to(long last) {
    std::vector<long> numbers(last);
    for (long i = 0; i < last; ++i) numbers[i] = i + 1;
    return numbers;
  }

  // Runs what does not return to the test in a child, and returns its status. A child that has not ended within a
  // minute is ended by its alarm, which is a failure.
  template <typename Work>
  static int in_child(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(60);
      work();
      ::_exit(0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) ADD_FAILURE() << "a child has not ended within a minute";
    return status;
  }

  // Waits for a condition. Where it has not come within half a minute the process is ended, as its other threads may
  // wait for ever, too.
  template <typename Condition>
  static void wait_until(const char* what, Condition is_met) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!is_met()) {
      if (std::chrono::steady_clock::now() > deadline) {
        std::cerr << "not within half a minute: " << what << std::endl;
        std::abort();
      }
      std::this_thread::yield();
    }
  }

  std::filesystem::path directory;
};

// Of a journal's files, in whichever test they are asked for.
struct Journals : JournalTest {};
