package io.telemetryevents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.telemetryevents.v1.TelemetryEnvelope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {
    private static TelemetryOptions options(String... environment) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < environment.length; i += 2) { variables.put(environment[i], environment[i + 1]); }
        return new TelemetryOptions(variables);
    }

    @Test
    @DisplayName("What is not said is as the environment says; an option wins, and an empty variable is none")
    void environment() {
        TelemetryEnvelope said = options("DD_SERVICE", " worker ", "DD_ENV", "Prod", "DD_VERSION", "", "DD_TAGS",
                "site:north, team:a b", "DD_HOSTNAME", "pod-7").env("dev").envelope().build();
        assertEquals("worker worker pod-7 env:dev,site:north,team:a,b",
                said.getService() + " " + said.getDdsource() + " " + said.getHostname() + " " + said.getDdtags());
        assertEquals("k1", options("TELEMETRY_EVENTS_KEY", "k1:a secret of 16 bytes").key().id());
        assertNull(options("TELEMETRY_EVENTS_KEY", "").key());
        TelemetryEnvelope unsaid = options().envelope().build();
        assertTrue(unsaid.getService().matches("[A-Za-z0-9][A-Za-z0-9_.-]*"), unsaid.getService());
        assertFalse(unsaid.getHostname().isEmpty());
    }

    @Test
    @DisplayName("A tag is put in lower case, other characters are one _ each, and no value can add a tag (3.2)")
    void tags() {
        String tags = options().env("A,B\uD83D\uDE00\u212A").version("1 2").tags("Ü:x,,C:D").envelope().getDdtags();
        assertEquals("env:a_b__,version:1_2,_:x,c:d", tags);
        assertThrows(IllegalArgumentException.class, () -> options().tags("x,".repeat(101)).envelope());
        assertThrows(IllegalArgumentException.class, () -> options().tags("x".repeat(201)).envelope());
        assertEquals(200, options().tags("x".repeat(200)).envelope().getDdtags().length());
    }

    @Test
    @DisplayName("A journal is where the environment says, or in the user's folder of state")
    void directory(@TempDir Path root) {
        assertEquals(root.resolve("a"), options("TELEMETRY_EVENTS_DIR", root + "/a").directory());
        assertEquals(root.resolve("telemetry-events"), options("XDG_STATE_HOME", root.toString()).directory());
        assertEquals(root.resolve("b"), options("TELEMETRY_EVENTS_DIR", "x").directory(root.resolve("b")).directory());
    }

    @Test
    @DisplayName("What cannot be used is an error when a logger is made, which holds no key")
    void wrong(@TempDir Path root) throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        List<TelemetryOptions> wrong = List.of(options("DD_SERVICE", "-x"), options("DD_SERVICE", "x".repeat(101)),
                options("DD_HOSTNAME", "a b"), options().ddsource("a b"), options().capacityBytes(1000),
                options("TELEMETRY_EVENTS_KEY", "k1:short"), options("TELEMETRY_EVENTS_SHIP", "nobody"),
                options().ship("thread"), options().directory(file.resolve("x")));
        for (TelemetryOptions each : wrong) {
            String message = assertThrows(IllegalArgumentException.class, () -> new TelemetryLogger(each)).getMessage();
            assertFalse(message.contains("short"), message);
        }
        assertThrows(IllegalArgumentException.class, () -> options().service(""));
    }

    @Test
    @DisplayName("A folder is marked as to be delivered where the option, or else the environment, says none")
    void ship(@TempDir Path root) throws IOException {
        List<TelemetryOptions> marked = List.of(options().ship("none"), options("TELEMETRY_EVENTS_SHIP", " none"),
                options("TELEMETRY_EVENTS_SHIP", "never").ship("none"));
        for (TelemetryOptions each : marked) { new TelemetryLogger(each.directory(root)).info("x"); }
        List<Path> marks = Lines.files(root, "to-deliver");
        assertEquals(marked.size(), marks.size());
        for (Path each : marks) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
            assertEquals(0, Files.size(each));
        }
        for (String said : List.of("", "never", "thread ")) {
            new TelemetryLogger(options("TELEMETRY_EVENTS_SHIP", said).directory(root)).info("x");
        }
        new TelemetryLogger(options("TELEMETRY_EVENTS_SHIP", "none").ship("never").directory(root)).info("x");
        assertEquals(marks, Lines.files(root, "to-deliver"));
    }

    @Test
    @DisplayName("With a stream no directory is made")
    void stream(@TempDir Path root) {
        new TelemetryLogger(options("TELEMETRY_EVENTS_DIR", root + "/a").output(new ByteArrayOutputStream())).info("x");
        assertFalse(Files.exists(root.resolve("a")));
    }
}
