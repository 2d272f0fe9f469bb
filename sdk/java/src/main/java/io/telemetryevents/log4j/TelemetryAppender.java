package io.telemetryevents.log4j;

import com.google.protobuf.Message;
import io.telemetryevents.TelemetryLogger;
import io.telemetryevents.v1.TelemetryStatus;
import java.util.stream.Stream;
import org.apache.logging.log4j.core.*;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.plugins.*;

/**
 * Has Log4j emit telemetry records: of the event that is logged, {@code logger.info(event)}, or is an argument, or else
 * of the text. In a configuration it is {@code <Telemetry name="…"/>}, and logs as the environment says.
 */
@Plugin(name = "Telemetry", category = Core.CATEGORY_NAME, elementType = Appender.ELEMENT_TYPE)
public final class TelemetryAppender extends AbstractAppender {
    private final TelemetryLogger logger;

    /** Logs by a logger. */
    public TelemetryAppender(String name, TelemetryLogger logger) {
        super(name, null, null, true, Property.EMPTY_ARRAY);
        this.logger = logger;
    }

    /** Logs as the environment says. */
    @PluginFactory
    public static TelemetryAppender create(@PluginAttribute("name") String name) {
        return new TelemetryAppender(name, new TelemetryLogger());
    }

    @Override
    public void append(LogEvent call) {
        Stream<?> arguments = Stream.ofNullable(call.getMessage().getParameters()).flatMap(Stream::of);
        Object event = arguments.filter(Message.class::isInstance).findFirst().orElse(null);
        Object what = event != null ? event : call.getMessage().getFormattedMessage();
        // A level between two of these counts as the lower one.
        int status = Math.max(1, 6 - (int) Math.ceil(Math.max(100, call.getLevel().intLevel()) / 100.0));
        logger.log(TelemetryStatus.forNumber(status), what, call.getThrown(), call.getInstant().getEpochMillisecond());
    }
}
