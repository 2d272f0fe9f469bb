// What an event costs, against what else prints JSON: protobuf's own printer, and nlohmann's, of an equal plain object.
#include <benchmark/benchmark.h>
#include <google/protobuf/util/json_util.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "telemetry_events/logger.hpp"
#include "telemetry_events/v1/algorithm.pb.h"
#include "telemetry_events/v1/cohort.pb.h"
#include "telemetry_events/v1/task.pb.h"

namespace {

namespace events = telemetry_events::v1;

events::TaskErrorEvent task_error() {
  events::TaskErrorEvent event;
  event.set_task_id("9d1c7f4e-52f2-4a4e-9d3b-0b7f3c1d2e4f");
  event.set_pod_name("pod-7");
  event.set_modeller_username("dr.jones");
  event.set_error_type("ValueError");
  std::string stack = "Traceback (most recent call last):\n";
  for (int i = 1; i <= 8; ++i) {
    stack += "  File \"/srv/app/worker/module_" + std::to_string(i) + ".py\", line " + std::to_string(i * 10) +
             ", in function_" + std::to_string(i) + "\n    do_something()\n";
  }
  event.set_stacktrace_frames(stack + "ValueError: DOE^JANE");
  return event;
}

events::BatchProgressEvent batch_progress() {
  events::BatchProgressEvent event;
  event.set_protocol_name("ResultsOnly");
  event.set_batch_number(3);
  return event;
}

events::TrialFilterSummaryEvent trial_filter_summary() {
  events::TrialFilterSummaryEvent event;
  event.set_step("age");
  event.set_filter_name("Patients over 40");
  event.set_rows_matched(12);
  event.set_rows_failed(3);
  event.set_rows_missing(1);
  event.set_matching_column_count(2);
  for (const char* column : {"PatientAge", "StudyDate", "Laterality", "Manufacturer"})
    event.add_missing_columns(column);
  return event;
}

events::TaskAcceptedEvent task_accepted() {
  events::TaskAcceptedEvent event;
  event.set_task_id("9d1c7f4e-52f2-4a4e-9d3b-0b7f3c1d2e4f");
  event.set_pod_name("pod-7");
  event.set_modeller_username("dr.jones");
  event.set_datasource_type("DICOMSource");
  event.set_app_version("1.4.2");
  event.set_datetime("2026-11-23T10:00:00.000Z");
  return event;
}

template <auto make>
void canonical(benchmark::State& state) {
  const auto event = make();
  for (auto _ : state) benchmark::DoNotOptimize(telemetry_events::canonical_json(event));
}

template <auto make>
void protobuf_printer(benchmark::State& state) {
  const auto event = make();
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  for (auto _ : state) {
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(event, &json, options).ok()) state.SkipWithError("it fails");
    benchmark::DoNotOptimize(json);
  }
}

// Prints a ready object: what a program that builds one for each event pays comes on top.
template <auto make>
void nlohmann_dump(benchmark::State& state) {
  const auto json = nlohmann::json::parse(telemetry_events::canonical_json(make()));
  for (auto _ : state) benchmark::DoNotOptimize(json.dump());
}

// Builds the object from a ready one's members, and prints it.
template <auto make>
void nlohmann_build_and_dump(benchmark::State& state) {
  const auto json = nlohmann::json::parse(telemetry_events::canonical_json(make()));
  for (auto _ : state) {
    nlohmann::json built = nlohmann::json::object();
    for (const auto& [name, value] : json.items()) built[name] = value;
    benchmark::DoNotOptimize(built.dump());
  }
}

// Where lines go while they are timed.
struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / "telemetry-events-bench";
  ~Folder() { std::filesystem::remove_all(path); }
};

template <auto make>
void logging_call(benchmark::State& state) {
  const Folder folder;
  telemetry_events::Logger logger({.service = "bench", .directory = folder.path, .capacity_bytes = 64 << 20});
  const auto event = make();
  for (auto _ : state) logger.info(event);
}

template <auto make>
void logging_call_to_nowhere(benchmark::State& state) {
  telemetry_events::Logger logger({.service = "bench", .writer = [](std::string_view) { return true; }});
  const auto event = make();
  for (auto _ : state) logger.info(event);
}

#define OF_EACH_EVENT(path)              \
  BENCHMARK(path<task_error>);           \
  BENCHMARK(path<batch_progress>);       \
  BENCHMARK(path<trial_filter_summary>); \
  BENCHMARK(path<task_accepted>)

OF_EACH_EVENT(canonical);
OF_EACH_EVENT(protobuf_printer);
OF_EACH_EVENT(nlohmann_dump);
OF_EACH_EVENT(nlohmann_build_and_dump);
OF_EACH_EVENT(logging_call);
BENCHMARK(logging_call_to_nowhere<batch_progress>);

}  // namespace
