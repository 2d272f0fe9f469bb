package io.telemetryevents;

import static io.telemetryevents.v1.TelemetryStatus.*;

import com.google.protobuf.Message;
import io.telemetryevents.v1.*;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.*;
import java.util.function.Supplier;

/**
 * Logs events, and plain texts, each as one line of JSON (docs/record.md), which is on disk when the call returns. A
 * call never throws, and never waits for a network; what goes wrong is said on standard error, once a minute at most.
 * It may be used by many threads at once. A text is not redacted, for nothing says what it holds: where patients are
 * near, log events. Of an exception its class and its frames are recorded, and nothing that it says.
 */
public final class TelemetryLogger {
    private final Map<TelemetryStatus, TelemetryEnvelope> envelopes = new EnumMap<>(TelemetryStatus.class);
    private final Recorder recorder;
    private final Sequence sequence;
    private final Supplier<TelemetryTrace> trace;

    /** Logs as the environment says (docs/logging.md). Throws as the other constructor does. */
    public TelemetryLogger() {
        this(new TelemetryOptions());
    }

    /**
     * Logs as the options say.
     *
     * @throws IllegalArgumentException for options, or an environment, that cannot be used
     */
    public TelemetryLogger(TelemetryOptions options) {
        byte[] random = new byte[10];
        new SecureRandom().nextBytes(random);
        TelemetryEnvelope.Builder envelope = options.envelope().setEmitter(RedactionKey.base32(random));
        for (TelemetryStatus status : EnumSet.range(TELEMETRY_STATUS_DEBUG, TELEMETRY_STATUS_CRITICAL)) {
            envelopes.put(status, envelope.setStatus(status).build());
        }
        recorder = new Recorder(options.key());
        trace = options.trace;
        OutputStream output = options.output;
        Sequence.Destination destination = output == null ? new Segments(options.directory(), envelope.getService(),
                envelope.getEmitter(), options.capacityBytes, options.isToDeliver(), System::nanoTime) : line -> {
                    output.write(line);
                    output.flush();
                };
        sequence = new Sequence(destination, recorder, envelopes.get(TELEMETRY_STATUS_ERROR));
    }

    /** Logs an event. */
    public void debug(Message event) { log(TELEMETRY_STATUS_DEBUG, event, null); }

    /** Logs a text. */
    public void debug(String text) { log(TELEMETRY_STATUS_DEBUG, text, null); }

    /** Logs an event. */
    public void info(Message event) { log(TELEMETRY_STATUS_INFO, event, null); }

    /** Logs a text. */
    public void info(String text) { log(TELEMETRY_STATUS_INFO, text, null); }

    /** Logs an event. */
    public void warn(Message event) { log(TELEMETRY_STATUS_WARN, event, null); }

    /** Logs a text. */
    public void warn(String text) { log(TELEMETRY_STATUS_WARN, text, null); }

    /** Logs an event. */
    public void error(Message event) { log(TELEMETRY_STATUS_ERROR, event, null); }

    /** Logs a text. */
    public void error(String text) { log(TELEMETRY_STATUS_ERROR, text, null); }

    /** Logs an exception too. */
    public void error(Message event, Throwable thrown) {
        log(TELEMETRY_STATUS_ERROR, event, thrown);
    }

    /** Logs an exception too. */
    public void error(String text, Throwable thrown) {
        log(TELEMETRY_STATUS_ERROR, text, thrown);
    }

    /** Logs an event. */
    public void critical(Message event) { log(TELEMETRY_STATUS_CRITICAL, event, null); }

    /** Logs a text. */
    public void critical(String text) { log(TELEMETRY_STATUS_CRITICAL, text, null); }

    /** Logs an event or a text, with an exception or null, at any of the five statuses. */
    public void log(TelemetryStatus status, Object what, Throwable thrown) {
        log(status, what, thrown, System.currentTimeMillis());
    }

    /** Logs what another logger was called with, so many milliseconds after 1970. */
    public void log(TelemetryStatus status, Object what, Throwable thrown, long millis) {
        try {
            TelemetryEnvelope envelope = envelopes.get(status);
            TelemetryTrace active = Exceptions.safely(trace, null);
            if (active != null) { envelope = envelope.toBuilder().setDd(active).build(); }
            if (thrown != null) { envelope = envelope.toBuilder().setError(Exceptions.told(thrown)).build(); }
            sequence.append(recorder.line(envelope, Sequence.rfc3339(millis), TelemetryScope.current(), what));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError fault) {
            Alarm.say("a record was lost: " + fault.getClass().getName());
        }
    }
}
