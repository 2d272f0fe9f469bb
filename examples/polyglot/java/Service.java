import io.telemetryevents.TelemetryLogger;
import io.telemetryevents.TelemetryOptions;
import io.telemetryevents.TelemetryScope;
import io.telemetryevents.v1.BatchProgressEvent;
import io.telemetryevents.v1.MissingColumnEvent;
import io.telemetryevents.v1.TaskAcceptedEvent;
import io.telemetryevents.v1.TaskErrorEvent;
import io.telemetryevents.v1.TelemetryContext;
import io.telemetryevents.v1.TrialFilterSummaryEvent;
import java.util.List;

/** A service that takes on one task, and logs what becomes of it: Service TASK_ID. */
final class Service {
    private static final String STACK = """
            Traceback (most recent call last):
              File "/srv/app/worker/run.py", line 12, in run
                raise ValueError("DOE^JANE")
            ValueError: DOE^JANE""";

    private Service() {}

    public static void main(String[] arguments) {
        String taskId = arguments[0];
        String service = System.getenv("DD_SERVICE");
        boolean isNamed = service != null && !service.isEmpty();
        TelemetryLogger telemetry =
                new TelemetryLogger(new TelemetryOptions().service(isNamed ? service : "polyglot-java"));

        try (TelemetryScope scope = TelemetryScope.open(TelemetryContext.newBuilder().setTaskId(taskId).build())) {
            telemetry.info(TaskAcceptedEvent.newBuilder().setTaskId(taskId).setPodName("pod-7")
                    .setModellerUsername("dr.jones").setDatasourceType("DICOMSource").setAppVersion("1.4.2")
                    .setDatetime("2026-11-23T10:00:00.000Z").build());
            telemetry.info(BatchProgressEvent.newBuilder().setProtocolName("ResultsOnly").setBatchNumber(3).build());
            telemetry.info(MissingColumnEvent.newBuilder().setFileName("/data/ct/DOE^JANE^19700101.DCM")
                    .setColumnName("Pixel Data").build());
            telemetry.info(TrialFilterSummaryEvent.newBuilder().setStep("age").setFilterName("Älter als 40 – ≥")
                    .setRowsMatched(12).setRowsFailed(3).setRowsMissing(1).setMatchingColumnCount(2)
                    .addAllMissingColumns(List.of("PatientAge", "StudyDate")).build());
            telemetry.error(TaskErrorEvent.newBuilder().setTaskId(taskId).setPodName("pod-7")
                    .setModellerUsername("dr.jones").setErrorType("ValueError").setStacktraceFrames(STACK).build());
        }
    }
}
