package io.telemetryevents;

import java.util.concurrent.atomic.AtomicLong;

/** What goes wrong with telemetry itself, said on standard error once a minute at most. */
final class Alarm {
    private static final long INTERVAL_NANOS = 60_000_000_000L;
    private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);

    private Alarm() {}

    /** Says it, in words that hold nothing of any event. */
    static void say(String problem) {
        long last = LAST.get();
        long now = System.nanoTime();
        boolean isDue = now - last >= INTERVAL_NANOS && LAST.compareAndSet(last, now);
        if (isDue) { Exceptions.safely(() -> System.err.append("telemetry-events: " + problem + "\n"), null); }
    }
}
