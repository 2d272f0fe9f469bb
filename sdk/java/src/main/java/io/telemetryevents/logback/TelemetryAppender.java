package io.telemetryevents.logback;

import ch.qos.logback.classic.spi.*;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import com.google.protobuf.Message;
import io.telemetryevents.TelemetryLogger;
import io.telemetryevents.v1.TelemetryStatus;
import java.util.List;
import java.util.stream.Stream;

/**
 * Has Logback, and so SLF4J, emit telemetry records: of the event that is a value or an argument of a call,
 * {@code log.atInfo().addKeyValue("event", event).log()}, or else of its text. One that is named in a configuration
 * logs as the environment says.
 */
public final class TelemetryAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private TelemetryLogger logger;

    /** Logs as the environment says, from its start on. */
    public TelemetryAppender() {}

    /** Logs by a logger. */
    public TelemetryAppender(TelemetryLogger logger) { this.logger = logger; }

    @Override
    public void start() {
        logger = logger == null ? new TelemetryLogger() : logger;
        super.start();
    }

    @Override
    protected void append(ILoggingEvent call) {
        Stream<?> values = Stream.ofNullable(call.getKeyValuePairs()).flatMap(List::stream).map(pair -> pair.value);
        Stream<?> arguments = Stream.ofNullable(call.getArgumentArray()).flatMap(Stream::of);
        Object event = Stream.concat(values, arguments).filter(Message.class::isInstance).findFirst().orElse(null);
        Object what = event != null ? event : String.valueOf(call.getFormattedMessage());
        Throwable thrown = call.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
        int status = Math.max(1, Math.min(4, call.getLevel().toInt() / 10_000));
        logger.log(TelemetryStatus.forNumber(status), what, thrown, call.getTimeStamp());
    }
}
