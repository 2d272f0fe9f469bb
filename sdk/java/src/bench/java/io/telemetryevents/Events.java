package io.telemetryevents;

import com.google.protobuf.Message;
import io.telemetryevents.v1.BatchProgressEvent;
import io.telemetryevents.v1.TaskAcceptedEvent;
import io.telemetryevents.v1.TaskErrorEvent;
import io.telemetryevents.v1.TrialFilterSummaryEvent;
import java.util.List;

/** The events that are timed, and for each a plain object that a JSON encoder prints as the same members. */
public enum Events {
    BATCH_PROGRESS(BatchProgressEvent.newBuilder().setProtocolName("ResultsOnly").setBatchNumber(3).build(),
            new BatchProgress(3, "batch_progress", "ResultsOnly")),
    TASK_ACCEPTED(
            TaskAcceptedEvent.newBuilder().setTaskId("9d1c7f4e").setPodName("pod-7").setModellerUsername("dr.jones")
                    .setDatasourceType("DICOMSource").setAppVersion("1.4.2").setDatetime("2026-11-23T10:00:00.000Z")
                    .build(),
            new TaskAccepted("1.4.2", "DICOMSource", "2026-11-23T10:00:00.000Z", "task_accepted", "dr.jones", "pod-7",
                    "9d1c7f4e")),
    TRIAL_FILTER_SUMMARY(
            TrialFilterSummaryEvent.newBuilder().setStep("age").setFilterName("Älter als 40 – ≥").setRowsMatched(12)
                    .setRowsFailed(3).setRowsMissing(1).setMatchingColumnCount(2).addMissingColumns("PatientAge")
                    .addMissingColumns("StudyDate").build(),
            new TrialFilterSummary("trial_filter_summary", "Älter als 40 – ≥", 2, List.of("PatientAge", "StudyDate"), 3,
                    12, 1, "age")),
    TASK_ERROR(
            TaskErrorEvent.newBuilder().setTaskId("9d1c7f4e").setPodName("pod-7").setModellerUsername("dr.jones")
                    .setErrorType("ValueError").setStacktraceFrames(stack()).build(),
            new TaskError("ValueError", "task_error", "dr.jones", "pod-7", stack(), "9d1c7f4e"));

    final Message event;
    final Object plain;

    Events(Message event, Object plain) {
        this.event = event;
        this.plain = plain;
    }

    record BatchProgress(int batch_number, String event, String protocol_name) {}

    record TaskAccepted(String app_version, String datasource_type, String datetime, String event,
            String modeller_username, String pod_name, String task_id) {}

    record TrialFilterSummary(String event, String filter_name, long matching_column_count,
            List<String> missing_columns, long rows_failed, long rows_matched, long rows_missing, String step) {}

    record TaskError(String error_type, String event, String modeller_username, String pod_name,
            String stacktrace_frames, String task_id) {}

    private static String stack() {
        StringBuilder stack = new StringBuilder("Traceback (most recent call last):\n");
        for (int line = 1; line <= 8; line++) {
            stack.append("  File \"/srv/app/worker/run.py\", line ").append(line).append(", in run\n    run(source)\n");
        }
        return stack.append("ValueError: DOE^JANE").toString();
    }
}
