package clinic;

import clinic.v1.VisitEndEvent;
import io.telemetryevents.CanonicalJson;
import io.telemetryevents.EncodeException;
import io.telemetryevents.TelemetryLogger;
import io.telemetryevents.TelemetryOptions;
import io.telemetryevents.TelemetryScope;
import io.telemetryevents.v1.BatchProgressEvent;
import io.telemetryevents.v1.TelemetryContext;
import java.nio.charset.StandardCharsets;

/** A program with an event of its own. */
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        TelemetryLogger telemetry = new TelemetryLogger(new TelemetryOptions().service("clinic"));
        VisitEndEvent visit = VisitEndEvent.newBuilder().setPatient("DOE^JANE").setDuration(1e21).build();
        try (TelemetryScope scope = TelemetryScope.open(TelemetryContext.newBuilder().setTaskId("t").build())) {
            telemetry.info(visit);
        }
        telemetry.error(BatchProgressEvent.getDefaultInstance(), new IllegalStateException("DOE^JANE"));

        System.out.println(new String(CanonicalJson.canonicalJson(visit), StandardCharsets.UTF_8));
        try {
            CanonicalJson.canonicalJson(visit.toBuilder().setDuration(Double.NaN).build());
        } catch (EncodeException fault) {
            System.out.println(fault.kind() + " " + fault.field());
        }
    }
}
