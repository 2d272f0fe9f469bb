package io.telemetryevents;

import static io.telemetryevents.Records.append;
import static io.telemetryevents.Records.event;
import static io.telemetryevents.Records.sequence;
import static io.telemetryevents.Records.upTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of a journal and its lock, and who writes to it: many threads, and processes that are killed. */
class JournalTest {
    @TempDir
    Path directory;

    private TelemetryLogger logger() {
        return new TelemetryLogger(new TelemetryOptions(Map.of()).service("a/b").hostname("h").directory(directory));
    }

    @Test
    @DisplayName("Folder and first segment are made at the first record, for their owner alone (8.1, 8.2, 8.4)")
    void files() throws IOException {
        TelemetryLogger logger = logger();
        assertEquals(List.of(), Lines.files(directory, "").stream().filter(each -> !each.equals(directory)).toList());
        logger.info(event(3));
        Path segment = Lines.files(directory, ".jsonl").get(0);
        String name = "a_b-" + ProcessHandle.current().pid() + "-[0-9]{8}T[0-9]{6}Z-[a-z2-7]{16}/00000001\\.jsonl";
        assertTrue(directory.relativize(segment).toString().matches(name), segment.toString());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(segment.getParent())));
        for (Path file : List.of(segment, segment.resolveSibling("lock"))) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        assertEquals("{\"ddsource\":\"a/b\",\"ddtags\":\"\",\"emitter\":\"\",\"hostname\":\"h\","
                + "\"message\":\"batch_progress\",\"seq\":1,\"service\":\"a/b\",\"status\":\"info\",\"timestamp\":\"\","
                + "\"batch_number\":3,\"event\":\"batch_progress\",\"protocol_name\":\"ResultsOnly\"}\n",
                Lines.steady(Files.readString(segment)));
    }

    @Test
    @DisplayName("The lock is a record lock of POSIX, held as long as the process lives (8.4)")
    void lock() throws Exception {
        Process child = Child.start("", directory, Integer.MAX_VALUE);
        try (BufferedReader told = child.inputReader()) {
            assertEquals("1", told.readLine());
            Path lock = Lines.files(directory, "lock").get(0);
            assertEquals("held", lockedAs(lock));
            child.destroyForcibly().waitFor();
            assertEquals("free", lockedAs(lock));
        }
    }

    @Test
    @DisplayName("A folder that was deleted is made again with the next segment")
    void deletedFolder() throws Exception {
        TelemetryOptions options = new TelemetryOptions(Map.of()).service("s").hostname("h");
        long[] now = {0};
        Sequence sequence = sequence(new Segments(directory, "s", "e", 1 << 20, false, () -> now[0]), options);
        append(sequence, options, 1);
        for (Path file : Lines.files(directory, "")) {
            if (Files.isRegularFile(file)) { Files.delete(file); }
        }
        Files.delete(Lines.files(directory, "-e").get(0));
        now[0] += TimeUnit.SECONDS.toNanos(60);
        append(sequence, options, 1);
        assertEquals(List.of(2L), Lines.seqs(Lines.of(directory)));
        assertEquals("held", lockedAs(Lines.files(directory, "lock").get(0)));
    }

    @Test
    @DisplayName("Records of many threads are each there once, whole, and numbered in the order of the file (5.2, 5.4)")
    void threads() throws Exception {
        TelemetryLogger logger = logger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int first = i * 2000;
            threads.add(new Thread(() -> {
                for (int j = 0; j < 2000; j++) { logger.info(event(first + j)); }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread each : threads) { each.join(); }
        List<String> lines = Lines.of(directory);
        assertEquals(upTo(16_000), Lines.seqs(lines));
        List<String> events =
                lines.stream().map(line -> line.replaceFirst(".*\"batch_number\":([0-9]+).*", "$1")).toList();
        assertEquals(16_000, events.stream().distinct().count());
        assertTrue(lines.stream().allMatch(line -> line.endsWith("\"protocol_name\":\"ResultsOnly\"}")));
    }

    @Test
    @DisplayName("A thread that is interrupted logs as others do, and stays interrupted")
    void interrupted() throws IOException {
        TelemetryLogger logger = logger();
        Thread.currentThread().interrupt();
        logger.info(event(1));
        logger.info(event(2));
        assertTrue(Thread.interrupted());
        logger.info(event(3));
        assertEquals(upTo(3), Lines.seqs(Lines.of(directory)));
        assertEquals(1, Lines.files(directory, ".jsonl").size());
    }

    @Test
    @DisplayName("What was accepted before a kill -9 is on disk")
    void kill() throws Exception {
        Process child = Child.start("", directory, Integer.MAX_VALUE);
        long accepted = 0;
        try (BufferedReader told = child.inputReader()) {
            while (accepted < 3000) { accepted = Long.parseLong(told.readLine()); }
            child.destroyForcibly().waitFor();
            for (String rest; (rest = told.readLine()) != null && told.ready();) { accepted = Long.parseLong(rest); }
        } catch (IOException closed) {
            // The JDK may close the stream of a process that has ended while it is read: of what was accepted, less is known.
            assertTrue(accepted >= 3000);
        }
        assertEquals(137, child.exitValue());
        List<Long> seqs = Lines.seqs(Lines.of(directory));
        assertTrue(seqs.size() >= accepted, seqs.size() + " of " + accepted);
        assertEquals(upTo(seqs.size()), seqs);
    }

    private static String lockedAs(Path lock) throws Exception {
        String program = """
                import fcntl, sys
                try:
                    fcntl.lockf(open(sys.argv[1], "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)
                    print("free")
                except BlockingIOError:
                    print("held")
                """;
        Process python = new ProcessBuilder("python3", "-c", program, lock.toString()).start();
        return new String(python.getInputStream().readAllBytes()).strip();
    }
}
