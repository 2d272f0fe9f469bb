// Events that go through a logger of spdlog.
#include "telemetry_events/spdlog.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <limits>
#include <sstream>

#include "journal.hpp"
#include "telemetry_events/v1/algorithm.pb.h"
#include "telemetry_events/v1/dataset.pb.h"

namespace {

namespace events = telemetry_events::v1;

struct Spdlog : JournalTest {
  Spdlog() {
    telemetry = std::make_shared<telemetry_events::Logger>(
        telemetry_events::Options{.service = "worker",
                                  .hostname = "pod-7",
                                  .key = telemetry_events::RedactionKey("site1", "a secret of 16 bytes or more")});
    log = std::make_shared<spdlog::logger>("log", std::make_shared<spdlog::sinks::ostream_sink_mt>(shown));
    log->set_pattern("%l %v");
    log->sinks().push_back(std::make_shared<telemetry_events::SpdlogSink>(telemetry));
    missing.set_file_name("/data/ct/DOE^JANE^19700101.DCM");
    missing.set_column_name("Pixel Data");
  }

  std::ostringstream shown;
  std::shared_ptr<telemetry_events::Logger> telemetry;
  std::shared_ptr<spdlog::logger> log;
  events::MissingColumnEvent missing;
};

// An event is recorded as that event, by the status of its level and with the telemetry logger's key; other sinks show
// its canonical form, redacted.
TEST_F(Spdlog, RecordsEvents) {
  log->warn(missing);
  log->error("{}", missing);
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(lines()[0].find(R"({"ddsource":"worker","ddtags":"","emitter":")"), 0U);
  EXPECT_NE(
      lines()[0].find(R"(,"hostname":"pod-7","message":"missing_column","seq":1,"service":"worker","status":"warn",)"),
      std::string::npos);
  EXPECT_NE(
      lines()[0].find(
          R"(Z","column_name":"Pixel Data","event":"missing_column","file_name":"h1:site1:rj6737jyzrdle3b2yhtw3z3sew.dcm"})"),
      std::string::npos);
  EXPECT_EQ(member(lines()[1], "status"), "\"error\"");
  EXPECT_EQ(shown.str(),
            "warning {\"column_name\":\"Pixel Data\",\"event\":\"missing_column\",\"file_name\":\"redacted.dcm\"}\n"
            "error {\"column_name\":\"Pixel Data\",\"event\":\"missing_column\",\"file_name\":\"redacted.dcm\"}\n");
}

// All levels of spdlog have a status, and a level that is off costs nothing and records nothing.
TEST_F(Spdlog, MapsLevels) {
  log->debug(missing);
  EXPECT_TRUE(lines().empty());
  log->set_level(spdlog::level::trace);
  for (const int level : {0, 1, 2, 3, 4, 5}) log->log(static_cast<spdlog::level::level_enum>(level), missing);
  std::string found;
  for (const std::string& line : lines()) found += member(line, "status");
  EXPECT_EQ(found, R"("debug""debug""info""warn""error""critical")");
}

// What is more than an event is a plain text, in which the event is redacted.
TEST_F(Spdlog, RecordsTexts) {
  log->info("plain");
  log->info("before {}", missing);
  EXPECT_EQ(member(lines().at(0), "message"), "\"plain\"");
  EXPECT_NE(lines().at(1).find(R"("message":"before {\"column_name\":\"Pixel Data\",\"event\")"), std::string::npos);
  EXPECT_EQ(lines().at(1).find("DOE"), std::string::npos);
}

// An event that was formatted earlier, and has ended since, is recorded as it was.
TEST_F(Spdlog, RecordsATextThatWasFormattedEarlier) {
  const std::string text = fmt::format("{}", events::BatchProgressEvent());
  log->info(text);
  EXPECT_EQ(member(lines().at(0), "event"), "\"batch_progress\"");
}

// What cannot be recorded is replaced, as by the telemetry logger itself.
TEST_F(Spdlog, ReplacesWhatCannotBeRecorded) {
  events::ExecutionTimeEvent event;
  event.set_function("DOE^JANE");
  event.set_duration_seconds(std::numeric_limits<double>::infinity());
  log->info(event);
  EXPECT_EQ(member(lines().at(0), "invalid_field"), "\"duration_seconds\"");
  EXPECT_EQ(shown.str(), "info telemetry_events.v1.ExecutionTimeEvent: duration_seconds: not_finite\n");
}

// From an asynchronous logger, an event comes as a text, redacted.
TEST_F(Spdlog, RecordsTextsOfAnAsynchronousLogger) {
  const auto pool = std::make_shared<spdlog::details::thread_pool>(64, 1);
  const auto late =
      std::make_shared<spdlog::async_logger>("late", std::make_shared<telemetry_events::SpdlogSink>(telemetry), pool);
  late->info(missing);
  wait_until("the text is recorded", [this] { return !lines().empty(); });
  EXPECT_EQ(member(lines().at(0), "event"), "");
  EXPECT_NE(lines().at(0).find(R"(\"file_name\":\"redacted.dcm\"})"), std::string::npos);
}

}  // namespace
