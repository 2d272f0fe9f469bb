package io.telemetryevents;

import io.telemetryevents.v1.TelemetryContext;

/**
 * What surrounding work sets for all records that its thread makes within it, until it is closed: {@code try (var scope
 * = TelemetryScope.open(context)) { … }}. Scopes nest; an inner one adds to the outer. Another thread takes part where
 * it opens what {@link #current} returned in this one.
 */
public final class TelemetryScope implements AutoCloseable {
    private static final ThreadLocal<TelemetryContext> CURRENT =
            ThreadLocal.withInitial(TelemetryContext::getDefaultInstance);

    private final TelemetryContext outer = current();

    private TelemetryScope() {}

    /** Returns this thread's context. */
    public static TelemetryContext current() { return CURRENT.get(); }

    /** Adds to the context of this thread. */
    public static TelemetryScope open(TelemetryContext context) {
        TelemetryScope scope = new TelemetryScope();
        CURRENT.set(scope.outer.toBuilder().mergeFrom(context).build());
        return scope;
    }

    /** Ends what was added. */
    @Override
    public void close() { CURRENT.set(outer); }
}
