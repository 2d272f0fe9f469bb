package io.telemetryevents;

import io.telemetryevents.v1.TelemetryTrace;
import java.math.BigInteger;

/** The trace and span that are active, in Datadog's form (docs/record.md, section 4). */
public final class Traces {
    private Traces() {}

    /**
     * Returns those with the given hexadecimal identifiers, as OpenTelemetry has them; null where one of them is zero.
     */
    public static TelemetryTrace of(String traceId, String spanId) {
        BigInteger trace = new BigInteger(traceId, 16);
        BigInteger span = new BigInteger(spanId, 16);
        if (trace.signum() == 0 || span.signum() == 0) { return null; }
        return TelemetryTrace.newBuilder().setSpanId(span.toString())
                .setTraceId(trace.bitLength() <= 64 ? trace.toString() : String.format("%032x", trace)).build();
    }
}
