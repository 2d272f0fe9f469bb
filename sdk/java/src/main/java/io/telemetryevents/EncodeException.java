package io.telemetryevents;

import io.telemetryevents.v1.TelemetryErrorKind;
import java.util.Locale;

/** An event has no canonical form (docs/canonical-json.md, section 7), or no record. No value is part of it. */
public final class EncodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    final TelemetryErrorKind number;
    private final String field;

    EncodeException(TelemetryErrorKind number, String field) {
        this.number = number;
        this.field = field;
    }

    /** Returns the kind of the error, such as {@code not_finite}. */
    public String kind() {
        return number.name().replace("TELEMETRY_ERROR_KIND_", "").toLowerCase(Locale.ROOT);
    }

    /** Returns the path of the field, such as {@code a[1].b}, or nothing. */
    public String field() { return field; }

    @Override
    public String getMessage() { return field.isEmpty() ? kind() : field + ": " + kind(); }
}
