package io.telemetryevents;

import io.telemetryevents.v1.BatchProgressEvent;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;

/** What tests write to journals, and the numbers of records. */
final class Records {
    private Records() {}

    static BatchProgressEvent event(int number) {
        return BatchProgressEvent.newBuilder().setProtocolName("ResultsOnly").setBatchNumber(number).build();
    }

    static List<Long> upTo(long last) { return LongStream.rangeClosed(1, last).boxed().toList(); }

    static void write(Segments segments, byte[] line) throws IOException {
        segments.prepare();
        segments.write(line);
    }

    static Sequence sequence(Segments segments, TelemetryOptions options) {
        return new Sequence(segments, new Recorder(null),
                options.envelope().setStatus(io.telemetryevents.v1.TelemetryStatus.TELEMETRY_STATUS_ERROR).build());
    }

    static void append(Sequence sequence, TelemetryOptions options, int count) {
        for (int i = 0; i < count; i++) {
            sequence.append(
                    new Recorder(null).line(options.envelope().build(), "", TelemetryScope.current(), event(i)));
        }
    }
}
