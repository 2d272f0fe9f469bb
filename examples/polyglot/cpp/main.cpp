// A service that takes on one task, and fails at it.
#include "telemetry_events/logger.hpp"
#include "telemetry_events/v1/algorithm.pb.h"
#include "telemetry_events/v1/cohort.pb.h"
#include "telemetry_events/v1/dataset.pb.h"
#include "telemetry_events/v1/task.pb.h"

namespace {

namespace events = telemetry_events::v1;

void run(telemetry_events::Logger& logger, const std::string& task_id) {
  events::TaskAcceptedEvent accepted;
  accepted.set_task_id(task_id);
  accepted.set_pod_name("pod-7");
  accepted.set_modeller_username("dr.jones");
  accepted.set_datasource_type("DICOMSource");
  accepted.set_app_version("1.4.2");
  accepted.set_datetime("2026-11-23T10:00:00.000Z");
  logger.info(accepted);

  events::BatchProgressEvent batch;
  batch.set_protocol_name("ResultsOnly");
  batch.set_batch_number(3);
  logger.info(batch);

  events::MissingColumnEvent missing;
  missing.set_file_name("/data/ct/DOE^JANE^19700101.DCM");
  missing.set_column_name("Pixel Data");
  logger.info(missing);

  events::TrialFilterSummaryEvent summary;
  summary.set_step("age");
  summary.set_filter_name("Älter als 40 – ≥");
  summary.set_rows_matched(12);
  summary.set_rows_failed(3);
  summary.set_rows_missing(1);
  summary.set_matching_column_count(2);
  summary.add_missing_columns("PatientAge");
  summary.add_missing_columns("StudyDate");
  logger.info(summary);

  events::TaskErrorEvent failed;
  failed.set_task_id(task_id);
  failed.set_pod_name("pod-7");
  failed.set_modeller_username("dr.jones");
  failed.set_error_type("ValueError");
  failed.set_stacktrace_frames(
      "Traceback (most recent call last):\n"
      "  File \"/srv/app/worker/run.py\", line 12, in run\n"
      "    raise ValueError(\"DOE^JANE\")\n"
      "ValueError: DOE^JANE");
  logger.error(failed);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  telemetry_events::Options options;
  if (std::getenv("DD_SERVICE") == nullptr) options.service = "polyglot-cpp";
  telemetry_events::Logger logger(options);
  telemetry_events::v1::TelemetryContext context;
  context.set_task_id(arguments[1]);
  const telemetry_events::ContextScope scope(context);
  run(logger, arguments[1]);
}
