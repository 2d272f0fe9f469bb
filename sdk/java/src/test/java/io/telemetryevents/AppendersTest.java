package io.telemetryevents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import io.telemetryevents.v1.BatchProgressEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.NullConfiguration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class AppendersTest {
    private static final BatchProgressEvent EVENT =
            BatchProgressEvent.newBuilder().setProtocolName("ResultsOnly").setBatchNumber(3).build();

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final TelemetryLogger logger =
            new TelemetryLogger(new TelemetryOptions(Map.of()).service("s").hostname("h").output(output));

    /** Returns what has been logged: each line from its message on, without service and time. */
    private List<String> logged() {
        return Lines.of(output.toByteArray()).stream().map(Lines::steady).map(line -> line
                .replaceFirst(".*\"message\"", "").replace(",\"service\":\"s\"", "").replace(",\"timestamp\":\"\"", ""))
                .toList();
    }

    private static String event(int seq, String status) {
        return ":\"batch_progress\",\"seq\":" + seq + ",\"status\":\"" + status
                + "\",\"batch_number\":3,\"event\":\"batch_progress\",\"protocol_name\":\"ResultsOnly\"}";
    }

    private static String text(int seq, String status, String text) {
        return ":\"" + text + "\",\"seq\":" + seq + ",\"status\":\"" + status + "\"}";
    }

    @Test
    @DisplayName("SLF4J's calls with an event, as a value or as an argument, are its records; others are texts")
    void logback() {
        LoggerContext context = new LoggerContext();
        Logger log = context.getLogger("x");
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(ch.qos.logback.classic.Level.TRACE);
        var appender = new io.telemetryevents.logback.TelemetryAppender(logger);
        appender.setContext(context);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        log.atInfo().addKeyValue("event", EVENT).log();
        log.warn("see {}", EVENT);
        log.error("batch {} of {}", 3, 4);
        log.debug("");
        log.trace("t");
        assertEquals(List.of(event(1, "info"), event(2, "warn"), text(3, "error", "batch 3 of 4"), text(4, "debug", ""),
                text(5, "debug", "t")), logged());
        log.error("x", new IllegalStateException("DOE^JANE"));
        String line = Lines.of(output.toByteArray()).get(5);
        assertTrue(line.contains("\"error\":{\"kind\":\"java.lang.IllegalStateException\",\"stack\":\"File"), line);
        assertTrue(line.contains("telemetryevents/AppendersTest.java") && !line.contains("DOE"), line);
    }

    @Test
    @DisplayName("Log4j's logger.info(event) is the event's record; others are texts; levels between count as the lower")
    void log4j() {
        var context = Configurator.initialize(new NullConfiguration());
        var appender = new io.telemetryevents.log4j.TelemetryAppender("t", logger);
        appender.start();
        context.getConfiguration().addAppender(appender);
        context.getConfiguration().getRootLogger().addAppender(appender, Level.ALL, null);
        context.getConfiguration().getRootLogger().setLevel(Level.ALL);
        context.updateLoggers();
        var log = context.getLogger("x");
        log.info(EVENT);
        log.warn("see {}", EVENT);
        log.error("batch {} of {}", 3, 4);
        log.fatal("f");
        log.trace("t");
        log.log(Level.forName("NOTICE", 350), "n");
        log.error(EVENT, new IllegalStateException("DOE^JANE"));
        context.stop();
        assertEquals(List.of(event(1, "info"), event(2, "warn"), text(3, "error", "batch 3 of 4"),
                text(4, "critical", "f"), text(5, "debug", "t"), text(6, "info", "n"), event(7, "error")), logged());
        String line = Lines.of(output.toByteArray()).get(6);
        assertTrue(line.contains("\"error\":{\"kind\":\"java.lang.IllegalStateException\",\"stack\":\"File"), line);
    }

    @Test
    @DisplayName("Log4j finds the appender by its name in a configuration")
    void log4jPlugin() throws Exception {
        String xml = "<Configuration status=\"ERROR\"><Appenders><Telemetry name=\"t\"/></Appenders></Configuration>";
        var source = new ConfigurationSource(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        var context = Configurator.initialize(null, source);
        assertTrue(context.getConfiguration().getAppender("t") instanceof io.telemetryevents.log4j.TelemetryAppender);
        context.stop();
    }
}
