package io.telemetryevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.telemetryevents.conformance.v1.BareEvent;
import io.telemetryevents.conformance.v1.KitchenSinkEvent;
import io.telemetryevents.conformance.v1.OneText;
import io.telemetryevents.v1.BatchProgressEvent;
import io.telemetryevents.v1.ExecutionTimeEvent;
import io.telemetryevents.v1.MissingColumnEvent;
import io.telemetryevents.v1.TaskErrorEvent;
import io.telemetryevents.v1.TelemetryContext;
import io.telemetryevents.v1.TrialFilterSummaryEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggerTest {
    private static final BatchProgressEvent EVENT =
            BatchProgressEvent.newBuilder().setProtocolName("ResultsOnly").setBatchNumber(3).build();
    private static final String BEFORE = "{\"ddsource\":\"s\",\"ddtags\":\"\",\"emitter\":\"\",";

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final TelemetryLogger logger = new TelemetryLogger(options().output(output));

    private static TelemetryOptions options() { return new TelemetryOptions(Map.of()).service("s").hostname("h"); }

    private String last() {
        List<String> lines = Lines.of(output.toByteArray());
        return Lines.steady(lines.get(lines.size() - 1));
    }

    private static String after(int seq, String message, String status, String rest) {
        return "\"hostname\":\"h\",\"message\":\"" + message + "\",\"seq\":" + seq + ",\"service\":\"s\",\"status\":\""
                + status + "\",\"timestamp\":\"\"" + rest + "}";
    }

    @Test
    @DisplayName("Each level has its status, for events and for texts")
    void levels() {
        logger.debug(EVENT);
        logger.debug("t");
        logger.info(EVENT);
        logger.info("t");
        logger.warn(EVENT);
        logger.warn("t");
        logger.error(EVENT);
        logger.error("t");
        logger.critical(EVENT);
        logger.critical("t");
        List<String> lines = Lines.of(output.toByteArray());
        String event = ",\"batch_number\":3,\"event\":\"batch_progress\",\"protocol_name\":\"ResultsOnly\"";
        for (int i = 0; i < 10; i++) {
            String status = List.of("debug", "info", "warn", "error", "critical").get(i / 2);
            String expected =
                    i % 2 == 0 ? after(i + 1, "batch_progress", status, event) : after(i + 1, "t", status, "");
            assertEquals(BEFORE + expected, Lines.steady(lines.get(i)));
        }
    }

    @Test
    @DisplayName("Scopes nest, end, and hold for one thread; an event's own field stands in for the context's (1.4)")
    void context() throws Exception {
        try (TelemetryScope outer =
                TelemetryScope.open(TelemetryContext.newBuilder().setTaskId("t").setRunId("r").build())) {
            try (TelemetryScope inner = TelemetryScope.open(TelemetryContext.newBuilder().setRunId("").build())) {
                logger.info("x");
                assertEquals(BEFORE + after(1, "x", "info", ",\"run_id\":\"\",\"task_id\":\"t\""), last());
            }
            logger.info(TaskErrorEvent.getDefaultInstance());
            assertTrue(last().contains("\"timestamp\":\"\",\"run_id\":\"r\",\"error_type\":\"\""), last());
            Thread other = new Thread(() -> logger.info("y"));
            other.start();
            other.join();
            assertEquals(BEFORE + after(3, "y", "info", ""), last());
        }
        logger.info("z");
        assertEquals(BEFORE + after(4, "z", "info", ""), last());
    }

    @Test
    @DisplayName("An exception is its class and its frames, the outermost first, and nothing that it says (section 6)")
    void exception() {
        StackTraceElement[] frames = {new StackTraceElement("io.acme.Deep", "<init>", "Deep.java", 7),
                new StackTraceElement("Main", "main", null, -2)};
        IllegalStateException thrown = new IllegalStateException("DOE^JANE", new RuntimeException("DOE^JANE"));
        thrown.setStackTrace(frames);
        logger.error(BareEvent.getDefaultInstance(), thrown);
        assertEquals(BEFORE + "\"error\":{\"kind\":\"java.lang.IllegalStateException\",\"stack\":"
                + "\"File \\\"<unknown>\\\", line 0, in main\\nFile \\\"acme/Deep.java\\\", line 7, in <init>\"},"
                + after(1, "bare", "error", ",\"event\":\"bare\""), last());
        logger.error("x", new IOException() {
            @Override
            public StackTraceElement[] getStackTrace() { throw new IllegalStateException("DOE^JANE"); }
        });
        assertTrue(last().contains("\"error\":{\"kind\":\"io.telemetryevents.LoggerTest$1\",\"stack\":\"\"}"), last());
    }

    @Test
    @DisplayName("The active trace is told in Datadog's form, and one that fails is none (section 4)")
    void trace() {
        String[] ids = {"0000000000000000000000000000000a", "00000000000000ff"};
        TelemetryLogger traced = new TelemetryLogger(options().output(output).trace(() -> Traces.of(ids[0], ids[1])));
        traced.info("x");
        assertTrue(last().startsWith("{\"dd\":{\"span_id\":\"255\",\"trace_id\":\"10\"},\"ddsource\""), last());
        ids[0] = "0af7651916cd43dd8448eb211c80319c";
        traced.info("x");
        assertTrue(last().startsWith("{\"dd\":{\"span_id\":\"255\",\"trace_id\":\"" + ids[0] + "\"}"), last());
        ids[1] = "0000000000000000";
        traced.info("x");
        assertTrue(last().startsWith("{\"ddsource\""), last());
        ids[1] = "no number";
        traced.info("x");
        assertEquals(BEFORE + after(4, "x", "info", ""), last());
    }

    @Test
    @DisplayName("A call never throws: what cannot be recorded is replaced, or nothing (7.1)")
    void oddInput() {
        logger.info((Message) null);
        assertEquals(
                BEFORE + after(1, "telemetry_invalid", "info",
                        ",\"error_kind\":\"unsupported_type\","
                                + "\"event\":\"telemetry_invalid\",\"invalid_event\":\"\",\"invalid_field\":\"\""),
                last());
        logger.info((String) null);
        logger.error((Message) null, null);
        logger.info(Timestamp.getDefaultInstance());
        logger.info(OneText.getDefaultInstance());
        logger.log(null, EVENT, null);
        logger.info(ExecutionTimeEvent.newBuilder().setDurationSeconds(Double.NaN).build());
        assertTrue(last().endsWith(",\"error_kind\":\"not_finite\",\"event\":\"telemetry_invalid\","
                + "\"invalid_event\":\"execution_time\",\"invalid_field\":\"duration_seconds\"}"), last());
        logger.info(KitchenSinkEvent.newBuilder().addKindsValue(77).build());
        assertTrue(
                last().endsWith("\"unknown_enum\",\"event\":\"telemetry_invalid\",\"invalid_event\":\"kitchen_sink\","
                        + "\"invalid_field\":\"kinds[0]\"}"),
                last());
        assertEquals(7, Lines.of(output.toByteArray()).size());
    }

    @Test
    @DisplayName("A line of which even the cut strings are too many is replaced (7.3)")
    void tooLong() {
        TrialFilterSummaryEvent.Builder event = TrialFilterSummaryEvent.newBuilder();
        for (int i = 0; i < 60; i++) { event.addMissingColumns("x".repeat(16_000)); }
        logger.info(event.build());
        assertTrue(last().contains("\"error_kind\":\"too_long\""), last());
        logger.info("ä".repeat(500_000));
        assertTrue(last().contains("ä…[cut from 1000000 bytes]\",\"seq\":2"), last().substring(0, 100));
    }

    @Test
    @DisplayName("A stream that fails costs the records that it refuses, which are told when it takes one again (7.4)")
    void failingStream() {
        boolean[] isBroken = {true};
        TelemetryLogger failing = new TelemetryLogger(options().output(new OutputStream() {
            @Override
            public void write(int b) { throw new AssertionError("a line is one call"); }

            @Override
            public void write(byte[] bytes) throws IOException {
                if (isBroken[0]) { throw new IOException("No space left on device"); }
                output.write(bytes);
            }
        }));
        failing.info("DOE^JANE");
        failing.info(EVENT);
        assertEquals(0, output.size());
        isBroken[0] = false;
        failing.info("x");
        List<String> lines = Lines.of(output.toByteArray());
        // The report was tried with the second call, and its number is missing too.
        assertEquals(List.of(4L, 5L), Lines.seqs(lines));
        assertTrue(lines.get(0).contains("\"dropped_count\":3,\"event\":\"telemetry_dropped\""), lines.get(0));
        assertTrue(lines.get(0).endsWith("\"reason\":\"disk_full\"}"), lines.get(0));
    }

    @Test
    @DisplayName("Patient, record number, key and an exception's message are in no byte on disk or on standard error")
    void canary(@TempDir Path directory) throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true));
        try {
            TelemetryLogger keyed = new TelemetryLogger(
                    options().directory(directory).key(RedactionKey.parse("k1:CANARY secret of many bytes")));
            keyed.info(MissingColumnEvent.newBuilder().setFileName("/data/CANARY.DCM").setColumnName("c").build());
            keyed.error(
                    TaskErrorEvent.newBuilder().setTaskId("t")
                            .setStacktraceFrames(
                                    "Traceback\n  File \"/CANARY/a/b.py\", line 1, in f\nValueError: CANARY")
                            .build(),
                    new IllegalStateException("CANARY", new IOException("CANARY")));
            keyed.info(KitchenSinkEvent.newBuilder().setPatient("CANARY").addPatients("CANARY").build());
            keyed.info(
                    KitchenSinkEvent.newBuilder().setPatient("CANARY").setText("CANARY").setRatio(Double.NaN).build());
            keyed.info(com.google.protobuf.StringValue.of("CANARY"));
        } finally {
            System.setErr(before);
        }
        assertEquals(5, Lines.of(directory).size());
        for (Path file : Lines.files(directory, "")) {
            assertFalse(file.toString().contains("CANARY"));
            if (Files.isRegularFile(file)) { assertFalse(Files.readString(file).contains("CANARY"), file.toString()); }
        }
        assertFalse(said.toString(UTF_8).contains("CANARY"), said.toString(UTF_8));
    }
}
