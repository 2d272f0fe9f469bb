package io.telemetryevents;

import static io.telemetryevents.v1.TelemetryDropReason.*;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.telemetryevents.v1.*;
import java.io.IOException;
import java.time.Instant;
import java.time.format.*;

/** Numbers the lines of one emitter in the order in which they are written, and tells of those that cannot be. */
final class Sequence {
    private static final DateTimeFormatter RFC_3339 = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final Destination destination;
    private final Recorder recorder;
    private final TelemetryEnvelope envelope;
    private final TelemetryDroppedEvent.Builder dropped = TelemetryDroppedEvent.newBuilder();
    private long seq;

    /** Losses are told in records of the given envelope. */
    Sequence(Destination destination, Recorder recorder, TelemetryEnvelope envelope) {
        this.destination = destination;
        this.recorder = recorder;
        this.envelope = envelope;
    }

    /** Where lines go. One thread at a time calls it. */
    interface Destination {
        /** Takes a whole line, or throws. */
        void write(byte[] line) throws IOException;

        /** Has a place for lines, or throws. */
        default void prepare() throws IOException {}
    }

    /** A journal holds all that it may, and that is still to be delivered. */
    static final class Full extends IOException {
        private static final long serialVersionUID = 1;
    }

    private interface Step {
        void take() throws IOException;
    }

    static String rfc3339(long millis) { return RFC_3339.format(Instant.ofEpochMilli(millis)); }

    /** Writes a line, and before it what there is to tell of losses. */
    synchronized void append(String[] line) {
        boolean isReady = succeeds(destination::prepare);
        if (isReady && dropped.getDroppedCount() > 0) {
            String now = rfc3339(System.currentTimeMillis());
            isReady = write(recorder.line(envelope, now, TelemetryContext.getDefaultInstance(), dropped.build()), true);
            if (isReady) { dropped.clear(); }
        }
        write(line, isReady);
    }

    /** Gives a line its number, and writes it unless there is no place for it. */
    private boolean write(String[] line, boolean isReady) {
        byte[] whole = (line[0] + ++seq + line[1]).getBytes(ISO_8859_1);
        if (isReady && succeeds(() -> destination.write(whole))) { return true; }
        String now = rfc3339(System.currentTimeMillis());
        if (dropped.getDroppedCount() == 0) { dropped.setFirstDatetime(now); }
        dropped.setDroppedCount(dropped.getDroppedCount() + 1).setLastDatetime(now);
        Alarm.say("records are missing: " + dropped.getReason());
        return false;
    }

    private boolean succeeds(Step step) {
        try {
            step.take();
            return true;
        } catch (IOException | RuntimeException fault) {
            boolean isFull = String.valueOf(fault.getMessage()).matches("(?s).*(No space left|quota).*");
            dropped.setReason(fault instanceof Full ? TELEMETRY_DROP_REASON_JOURNAL_FULL
                    : isFull ? TELEMETRY_DROP_REASON_DISK_FULL : TELEMETRY_DROP_REASON_WRITE_FAILED);
            return false;
        }
    }
}
