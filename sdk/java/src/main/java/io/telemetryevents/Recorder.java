package io.telemetryevents;

import com.google.protobuf.Message;
import io.telemetryevents.v1.*;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the lines of one emitter (docs/record.md, sections 1 to 7). */
final class Recorder {
    // In bytes, the line feed included. No number has more digits: a line is too long, or is not, whatever its number.
    private static final int LIMIT = 900_000 - 16;
    private static final Plan ENVELOPE = Plan.of(TelemetryEnvelope.getDescriptor());
    private static final Plan CONTEXT = Plan.of(TelemetryContext.getDescriptor());

    private final RedactionKey key;
    private final Map<Shared, String[]> envelopes = new ConcurrentHashMap<>();

    Recorder(RedactionKey key) { this.key = key; }

    private record Shared(TelemetryEnvelope envelope, String message) {}

    /**
     * Returns the line of an event, or of the text of a plain message, but for its number, which stands between the two
     * parts. What cannot be recorded is replaced (7.1). Of the envelope, message, number and time do not count.
     */
    String[] line(TelemetryEnvelope envelope, String timestamp, TelemetryContext context, Object what) {
        try {
            return fitting(envelope, timestamp, context, what);
        } catch (RuntimeException | StackOverflowError fault) {
            TelemetryInvalidEvent.Builder invalid = TelemetryInvalidEvent.newBuilder();
            if (fault instanceof EncodeException e) { invalid.setInvalidField(e.field()).setErrorKind(e.number); }
            if (what instanceof Message event) { invalid.setInvalidEvent(Plan.nameOf(event.getDescriptorForType())); }
            Alarm.say("an event could not be recorded: " + invalid.getInvalidEvent() + " " + invalid.getErrorKind());
            return fitting(envelope, timestamp, context, invalid.build());
        }
    }

    private String[] fitting(TelemetryEnvelope envelope, String timestamp, TelemetryContext context, Object what) {
        String[] line = print(envelope, timestamp, context, what, new CanonicalJson(key, false));
        if (line[0].length() + line[1].length() <= LIMIT) { return line; }
        line = print(envelope, timestamp, context, what, new CanonicalJson(key, true));
        if (line[0].length() + line[1].length() <= LIMIT) { return line; }
        throw new EncodeException(TelemetryErrorKind.TELEMETRY_ERROR_KIND_TOO_LONG, "");
    }

    private String[] print(TelemetryEnvelope given, String timestamp, TelemetryContext context, Object what,
            CanonicalJson encoder) {
        Message event = what instanceof String ? null : encoder.checked(what);
        Plan plan = event == null ? null : Plan.of(event.getDescriptorForType());
        Shared shared = new Shared(given, event == null ? encoder.kept((String) what) : plan.name());
        encoder.check(event == null || !plan.name().isEmpty(),
                TelemetryErrorKind.TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE);
        boolean isShared = event != null && !given.hasError() && !given.hasDd();
        String[] envelope = isShared ? envelopes.computeIfAbsent(shared, Recorder::printed) : printed(shared);
        Text.print(encoder.json.append(envelope[1]), timestamp);
        encoder.json.append(',');
        encoder.members(context, CONTEXT, event == null ? null : plan.type());
        if (event != null) { encoder.members(event, plan, null); }
        encoder.close('}');
        return new String[]{envelope[0], encoder.json.append('\n').toString()};
    }

    /** Returns what stands before an envelope's number, and what stands between that and its time. */
    private static String[] printed(Shared shared) {
        CanonicalJson encoder = new CanonicalJson(null, false);
        encoder.message(shared.envelope.toBuilder().setMessage(shared.message).setSeq(0).setTimestamp("").build(),
                ENVELOPE);
        // No string holds this: it would have a backslash before each quote.
        String[] parts = encoder.json.toString().split(",\"seq\":0,", 2);
        return new String[]{parts[0] + ",\"seq\":", "," + parts[1].substring(0, parts[1].length() - 3)};
    }
}
