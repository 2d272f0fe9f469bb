// What the tests of loggers share: a directory of their own, and what lies in it.
#pragma once

#include <gtest/gtest.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "telemetry_events/logger.hpp"

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

  // Runs what does not return to the test in a child, and returns its status.
  template <typename Work>
  static int in_child(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
      work();
      ::_exit(0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
  }

  std::filesystem::path directory;
};
