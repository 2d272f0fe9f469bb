package io.telemetryevents;

import static io.telemetryevents.v1.TelemetryErrorKind.*;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.Descriptors.*;
import com.google.protobuf.Message;
import io.telemetryevents.v1.TelemetryErrorKind;
import java.util.*;

/** The one canonical form of an event, or of any message of a schema that keeps the rules (docs/canonical-json.md). */
public final class CanonicalJson {
    // The first integer that not every reader can hold.
    private static final long LIMIT = 1L << 53;

    final StringBuilder json = new StringBuilder(512);
    // Names of fields, and indexes.
    private final List<Object> path = new ArrayList<>();
    private final RedactionKey key;
    private final boolean isCutting;

    /** Where it is cutting, long strings are cut (docs/record.md, 7.2). */
    CanonicalJson(RedactionKey key, boolean isCutting) {
        this.key = key;
        this.isCutting = isCutting;
    }

    /**
     * Returns the canonical form without a key, in which what is sensitive is {@code redacted}.
     *
     * @throws EncodeException for a message that has none
     */
    public static byte[] canonicalJson(Message event) { return canonicalJson(event, null); }

    /**
     * Returns the canonical form, as UTF-8. The key makes the tokens that stand for file names and persons.
     *
     * @throws EncodeException for a message that has none
     */
    public static byte[] canonicalJson(Message event, RedactionKey key) {
        CanonicalJson encoder = new CanonicalJson(key, false);
        encoder.message(event, Plan.of(encoder.checked(event).getDescriptorForType()));
        return encoder.json.toString().getBytes(ISO_8859_1);
    }

    Message checked(Object what) {
        check(what instanceof Message, TELEMETRY_ERROR_KIND_UNSUPPORTED_TYPE);
        return (Message) what;
    }

    void message(Message message, Plan plan) {
        json.append('{');
        members(message, plan, null);
        close('}');
    }

    /** Prints the members of a message, a comma behind each, but for those that another type has too. */
    void members(Message message, Plan plan, Descriptor other) {
        for (Plan.Field field : plan.fields()) {
            boolean isAbsent = field.hasPresence() && !message.hasField(field.field());
            if (isAbsent || other != null && other.findFieldByName(field.name()) != null) { continue; }
            path.add(field.name());
            json.append(field.member());
            value(field, message.getField(field.field()), field.isList());
            json.append(',');
            path.remove(path.size() - 1);
        }
    }

    private void list(Plan.Field field, List<?> values) {
        json.append('[');
        for (int i = 0; i < values.size(); i++) {
            path.add(i);
            value(field, values.get(i), false);
            json.append(',');
            path.remove(path.size() - 1);
        }
        close(']');
    }

    private void value(Plan.Field field, Object value, boolean isList) {
        if (isList) { list(field, (List<?>) value); return; }
        switch (field.type()) {
            case STRING -> Text.print(json, kept(Redaction.shown((String) value, field.sensitivity(), key)));
            case UINT32 -> json.append(Integer.toUnsignedLong((Integer) value));
            case INT64 -> {
                check(-LIMIT < (Long) value && (Long) value < LIMIT, TELEMETRY_ERROR_KIND_INTEGER_RANGE);
                json.append((long) (Long) value);
            }
            case DOUBLE -> {
                check(Double.isFinite((Double) value), TELEMETRY_ERROR_KIND_NOT_FINITE);
                json.append(Doubles.print((Double) value));
            }
            case ENUM -> {
                int index = ((EnumValueDescriptor) value).getIndex();
                TelemetryErrorKind fault =
                        field.isName() ? TELEMETRY_ERROR_KIND_WRONG_EVENT : TELEMETRY_ERROR_KIND_UNKNOWN_ENUM;
                check(index >= 0 && field.texts()[index] != null, fault);
                json.append(field.texts()[index]);
            }
            case MESSAGE -> message((Message) value, field.plan());
            default -> json.append(value); // a truth, or an integer that every reader can hold
        }
    }

    String kept(String text) { return isCutting ? Redaction.cut(text) : text; }

    /** Puts an end in place of the last comma, if there is one. */
    void close(char end) {
        json.setLength(json.length() - (json.charAt(json.length() - 1) == ',' ? 1 : 0));
        json.append(end);
    }

    void check(boolean isRight, TelemetryErrorKind kind) {
        if (isRight) { return; }
        StringBuilder field = new StringBuilder();
        path.forEach(step -> field.append(step instanceof Integer ? "[" + step + "]" : "." + step));
        throw new EncodeException(kind, field.isEmpty() ? "" : field.substring(1));
    }
}
