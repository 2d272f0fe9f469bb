// Records, lines and options.
#include <sys/wait.h>

#include <limits>
#include <stdexcept>

#include "journal.hpp"
#include "telemetry_conformance/v1/kitchen_sink.pb.h"
#include "telemetry_events/v1/algorithm.pb.h"
#include "telemetry_events/v1/dataset.pb.h"
#include "telemetry_events/v1/task.pb.h"

namespace {

namespace events = telemetry_events::v1;
using telemetry_events::Logger;
using telemetry_events::Options;
using telemetry_events::TelemetryError;

struct LoggerTest : JournalTest {
  // Returns options whose lines go to `written`.
  Options options() {
    return {.service = "worker", .hostname = "pod-7", .writer = [this](std::string_view line) {
              written.emplace_back(line);
              return true;
            }};
  }

  std::vector<std::string> written;
};

// Returns a line without its emitter and its time, which no test knows.
std::string steady(std::string line) {
  for (const std::string name : {"emitter", "timestamp"}) {
    const std::size_t begin = line.find("\"" + name + "\":\"") + name.size() + 4;
    line.replace(begin, line.find('"', begin) - begin, "…");
  }
  return line;
}

// An event is one line: its envelope, its context and its own members, each group sorted.
TEST_F(LoggerTest, WritesAnEventAsOneLine) {
  Options given = options();
  given.env = "Prod";
  given.version = "1,4.2";
  given.tags = "site:north, team:imaging";
  Logger logger(given);
  events::TelemetryContext context;
  context.set_task_id("9d1c7f4e");
  {
    const telemetry_events::ContextScope scope(context);
    logger.info(batch(3));
  }
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(steady(written[0]),
            R"({"ddsource":"worker","ddtags":"env:prod,version:1_4.2,site:north,team:imaging","emitter":"…",)"
            R"("hostname":"pod-7","message":"batch_progress","seq":1,"service":"worker","status":"info",)"
            R"("timestamp":"…","task_id":"9d1c7f4e","batch_number":3,"event":"batch_progress",)"
            R"("protocol_name":"ResultsOnly"})"
            "\n");
}

// A plain text is a record without an event.
TEST_F(LoggerTest, WritesATextAsOneLine) {
  Logger logger(options());
  logger.warn("the \"queue\" holds 17 tasks");
  logger.critical(std::string("b"));
  EXPECT_EQ(steady(written.at(0)),
            R"({"ddsource":"worker","ddtags":"","emitter":"…","hostname":"pod-7",)"
            R"("message":"the \"queue\" holds 17 tasks","seq":1,"service":"worker","status":"warn","timestamp":"…"})"
            "\n");
  EXPECT_EQ(member(written.at(1), "status"), "\"critical\"");
}

// The time of a record is RFC 3339 in UTC, cut to milliseconds.
TEST_F(LoggerTest, PrintsTheTimeOfTheCall) {
  using namespace std::chrono;
  Logger logger(options());
  const auto at = [&](sys_time<microseconds> time) {
    logger.log(events::TELEMETRY_STATUS_INFO, "", nullptr, time);
    return member(written.back(), "timestamp");
  };
  EXPECT_EQ(at(sys_days(2026y / 11 / 23) + 10h + 123999us), "\"2026-11-23T10:00:00.123Z\"");
  EXPECT_EQ(at(sys_days(2024y / 2 / 29) + 23h + 59min + 59s + 999ms), "\"2024-02-29T23:59:59.999Z\"");
  EXPECT_EQ(at(sys_days(1970y / 1 / 1) - 1us), "\"1969-12-31T23:59:59.999Z\"");
}

// Of an exception, the class is recorded, and neither its message nor a frame.
TEST_F(LoggerTest, TellsTheClassOfAnException) {
  Logger logger(options());
  try {
    throw std::out_of_range("DOE^JANE");
  } catch (const std::exception& error) { logger.error(batch(1), error); }
  EXPECT_NE(written.at(0).find(R"("error":{"kind":"std::out_of_range","stack":""},"hostname")"), std::string::npos);
  EXPECT_EQ(written.at(0).find("DOE"), std::string::npos);
}

// Contexts nest, end with their scope, and are a thread's own.
TEST_F(LoggerTest, NestsContexts) {
  Logger logger(options());
  events::TelemetryContext outer, inner;
  outer.set_task_id("t");
  outer.set_run_id("r");
  inner.set_run_id("q");
  const telemetry_events::ContextScope first(outer);
  {
    const telemetry_events::ContextScope second(inner);
    logger.info("both");
  }
  logger.info("outer");
  EXPECT_NE(written.at(0).find(R"(Z","run_id":"q","task_id":"t"})"), std::string::npos);
  EXPECT_NE(written.at(1).find(R"(Z","run_id":"r","task_id":"t"})"), std::string::npos);
}

// Where the event's type has a field of a context's name, the context's member is left out (record.md, 1.4).
TEST_F(LoggerTest, LeavesOutWhatTheEventHasItself) {
  Logger logger(options());
  events::TelemetryContext context;
  context.set_task_id("of the context");
  context.set_run_id("r");
  const telemetry_events::ContextScope scope(context);
  logger.info(events::TaskCompleteEvent());
  EXPECT_EQ(written.at(0).find("of the context"), std::string::npos);
  EXPECT_NE(written.at(0).find(R"("run_id":"r",)"), std::string::npos);
}

// What cannot be recorded goes out as `telemetry_invalid`, which names the event and the field.
TEST_F(LoggerTest, ReplacesWhatCannotBeRecorded) {
  Logger logger(options());
  events::ExecutionTimeEvent event;
  event.set_duration_seconds(std::numeric_limits<double>::infinity());
  logger.critical(event);
  logger.info(telemetry_conformance::v1::Leaf());
  EXPECT_NE(written.at(0).find(R"("status":"critical",)"), std::string::npos);
  EXPECT_NE(
      written.at(0).find(R"("error_kind":"not_finite","event":"telemetry_invalid","invalid_event":"execution_time",)"
                         R"("invalid_field":"duration_seconds"})"),
      std::string::npos);
  EXPECT_NE(written.at(1).find(R"("error_kind":"unsupported_type","event":"telemetry_invalid","invalid_event":"",)"
                               R"("invalid_field":""})"),
            std::string::npos);
}

// Whatever a call is given, it records something, and does not throw.
TEST_F(LoggerTest, TakesWhateverItIsGiven) {
  Logger logger(options());
  const events::BatchProgressEvent event;
  static_assert(noexcept(logger.info(""))&& noexcept(logger.error(event, std::exception())));
  logger.info("");
  logger.info("\xFF\xFE");
  logger.info(std::string(2'000'000, 'x'));
  logger.info(static_cast<const char*>(nullptr));
  logger.log(static_cast<events::TelemetryStatus>(77), "beyond");
  logger.log(static_cast<events::TelemetryStatus>(-7), "below");
  ASSERT_EQ(written.size(), 6U);
  EXPECT_NE(written[2].find("x…[cut from 2000000 bytes]"), std::string::npos);
  EXPECT_EQ(member(written[4], "status"), "\"critical\"");
  EXPECT_EQ(member(written[5], "status"), "\"debug\"");
}

// A writer that fails or throws loses lines, which are counted, numbered and reported.
TEST_F(LoggerTest, ReportsWhatAWriterHasRefused) {
  bool is_broken = true;
  Options given = options();
  given.writer = [&, write = given.writer](std::string_view line) {
    if (is_broken) throw std::runtime_error("DOE^JANE");
    return write(line);
  };
  Logger logger(given);
  logger.info(batch(1));
  logger.info(batch(2));
  is_broken = false;
  long calls = 2;
  wait_until("a record is written again", [&] {
    logger.info(batch(3));
    ++calls;
    return !written.empty();
  });
  EXPECT_EQ(std::stol(member(written.at(0), "dropped_count")) + 1, std::stol(member(written.at(0), "seq")));
  // More than the calls, where a report was refused too.
  EXPECT_GE(std::stol(member(written.at(0), "dropped_count")), calls - 1);
  EXPECT_EQ(member(written.at(0), "reason"), "\"write_failed\"");
  EXPECT_EQ(member(written.at(0), "status"), "\"error\"");
  EXPECT_EQ(std::stol(member(written.at(1), "seq")), std::stol(member(written.at(0), "seq")) + 1);
  logger.info(batch(4));
  ASSERT_EQ(written.size(), 3U) << "losses are reported once";
  EXPECT_EQ(member(written.at(2), "batch_number"), "4");
}

// The environment says what options do not.
TEST_F(LoggerTest, ReadsTheEnvironment) {
  ::setenv("DD_SERVICE", " hub ", 1);
  ::setenv("DD_ENV", "", 1);
  ::setenv("DD_VERSION", "2", 1);
  ::setenv("DD_TAGS", "a:Ä,b:C D", 1);
  ::setenv("DD_HOSTNAME", "node", 1);
  ::setenv("TELEMETRY_EVENTS_KEY", "site1:a secret of 16 bytes or more\n", 1);
  Options given = options();
  given.service = given.hostname = "";
  Logger logger(given);
  events::MissingColumnEvent event;
  event.set_file_name("/data/ct/DOE^JANE^19700101.DCM");
  logger.info(event);
  EXPECT_NE(written.at(0).find(R"({"ddsource":"hub","ddtags":"version:2,a:_,b:c,d",)"), std::string::npos);
  EXPECT_NE(written.at(0).find(R"("hostname":"node")"), std::string::npos);
  EXPECT_NE(written.at(0).find("h1:site1:rj6737jyzrdle3b2yhtw3z3sew.dcm"), std::string::npos);
}

// Wrong configuration is an error where the logger is made.
TEST_F(LoggerTest, RefusesWrongConfiguration) {
  EXPECT_THROW(Logger({.service = "a b"}), TelemetryError);
  EXPECT_THROW(Logger({.service = std::string(101, 'a')}), TelemetryError);
  EXPECT_THROW(Logger({.hostname = "ä"}), TelemetryError);
  EXPECT_THROW(Logger({.ddsource = "-"}), TelemetryError);
  EXPECT_THROW(Logger({.tags = std::string(201, 'a')}), TelemetryError);
  EXPECT_THROW(Logger({.env = std::string(197, 'a')}), TelemetryError);
  std::string tags;
  for (int i = 0; i < 101; ++i) tags += "t" + std::to_string(i) + ",";
  EXPECT_THROW(Logger({.tags = tags}), TelemetryError);
  EXPECT_THROW(Logger({.capacity_bytes = (1 << 20) - 1}), TelemetryError);
  EXPECT_THROW(Logger({.ship = "thread"}), TelemetryError);
  EXPECT_THROW(Logger({.directory = "/dev/null/x"}), TelemetryError);
  ::setenv("TELEMETRY_EVENTS_SHIP", "nobody", 1);
  EXPECT_THROW(Logger logger, TelemetryError);
  ::unsetenv("TELEMETRY_EVENTS_SHIP");
  ::setenv("TELEMETRY_EVENTS_KEY", "site1:short", 1);
  EXPECT_THROW(Logger logger, TelemetryError);
}

// The example of README.md prints what README.md says it does.
TEST_F(LoggerTest, WritesWhatTheReadmeShows) {
  ::setenv("DD_HOSTNAME", "pod-7", 1);
  ASSERT_EQ(std::system(EXAMPLE), 0);
  const std::string readme = text_of(README);
  const std::size_t begin = readme.find("```json\n") + 8;
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(steady(lines()[0]), steady(readme.substr(begin, readme.find('\n', begin) - begin)));
}

}  // namespace
