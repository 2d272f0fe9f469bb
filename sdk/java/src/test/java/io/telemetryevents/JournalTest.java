package io.telemetryevents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.telemetryevents.v1.BatchProgressEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path directory;

    private TelemetryLogger logger() {
        return new TelemetryLogger(new TelemetryOptions(Map.of()).service("a/b").hostname("h").directory(directory));
    }

    private static BatchProgressEvent event(int number) {
        return BatchProgressEvent.newBuilder().setProtocolName("ResultsOnly").setBatchNumber(number).build();
    }

    private static List<Long> upTo(long last) { return LongStream.rangeClosed(1, last).boxed().toList(); }

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

    @Test
    @DisplayName("A segment that takes no more is left for good: each record is whole, there once, in another (8.3)")
    void limitedFiles() throws Exception {
        Process child = Child.start("ulimit -f 16;", directory, 500);
        child.getInputStream().readAllBytes();
        assertEquals(0, child.waitFor());
        List<Path> segments = Lines.files(directory, ".jsonl");
        assertTrue(segments.size() > 5, segments.toString());
        for (Path segment : segments.subList(0, segments.size() - 1)) { assertEquals(16 << 10, Files.size(segment)); }
        assertEquals(upTo(500), Lines.seqs(Lines.of(directory)));
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
    @DisplayName("What cannot be written takes its number, is counted, and told once a record can be written again (7.4)")
    void losses() throws Exception {
        TelemetryOptions options = new TelemetryOptions(Map.of()).service("s").hostname("h");
        long[] now = {0};
        Path root = directory.resolve("root");
        Sequence sequence = sequence(new Segments(root, "s", "e", 1 << 20, false, () -> now[0]), options);
        Files.createFile(root); // a file stands where the directory is to be
        append(sequence, options, 3);
        Files.delete(root);
        append(sequence, options, 1); // too early to try again
        now[0] += TimeUnit.SECONDS.toNanos(1);
        append(sequence, options, 2);
        List<String> lines = Lines.of(root);
        assertEquals(List.of(5L, 6L, 7L), Lines.seqs(lines));
        String told = lines.get(0).replaceAll("\"(first|last)_datetime\":\"[^\"]*\"", "\"$1\"");
        assertTrue(told.contains("\"message\":\"telemetry_dropped\",\"seq\":5,\"service\":\"s\",\"status\":\"error\""),
                told);
        assertTrue(told.endsWith("\"dropped_count\":4,\"event\":\"telemetry_dropped\",\"first\",\"last\","
                + "\"reason\":\"write_failed\"}"), told);
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
    @DisplayName("A segment is left when it is full and when it is 60 seconds old, and the oldest go beyond the capacity")
    void rotation() throws Exception {
        long[] now = {0};
        Segments segments = new Segments(directory, "s", "e", 1 << 20, false, () -> now[0]);
        Map<String, Long> sizes = new HashMap<>();
        byte[] line = new byte[(128 << 10) - 10];
        for (int i = 0; i < 3; i++) { write(segments, line); }
        for (Path each : Lines.files(directory, ".jsonl")) {
            sizes.put(each.getFileName().toString(), Files.size(each));
        }
        assertEquals(Map.of("00000001.jsonl", 2L * line.length, "00000002.jsonl", (long) line.length), sizes);
        now[0] = TimeUnit.SECONDS.toNanos(60) - 1;
        write(segments, new byte[]{1});
        assertEquals(2, Lines.files(directory, ".jsonl").size());
        now[0] = TimeUnit.SECONDS.toNanos(120);
        write(segments, new byte[]{1});
        assertEquals(3, Lines.files(directory, ".jsonl").size());
        for (int i = 0; i < 40; i++) { write(segments, line); }
        long held = 0;
        for (Path each : Lines.files(directory, ".jsonl")) { held += Files.size(each); }
        assertTrue(held > 1 << 19 && held <= (1 << 20) + line.length, held + " bytes");
        assertTrue(Lines.files(directory, "00000001.jsonl").isEmpty());
    }

    @Test
    @DisplayName("What is to be delivered goes by delivery alone: a full journal fills its open segment, then refuses and"
            + " looks once a second, tells of it, and goes on when there is room; delivery's files count for nothing (8.5, 8.6)")
    void toDeliver() throws Exception {
        TelemetryOptions options = new TelemetryOptions(Map.of()).service("s").hostname("h");
        long[] now = {0};
        Segments segments = new Segments(directory, "s", "e", 1 << 20, true, () -> now[0]);
        byte[] line = new byte[48_000];
        write(segments, line);
        Path folder = segments.folder;
        List<Path> ofDelivery =
                List.of(folder.resolve("00000001-385.cursor"), folder.resolve("shipping"), folder.resolve("to-deliver"));
        for (Path each : ofDelivery) { Files.write(each, new byte[1 << 20]); }
        for (int i = 1; i < 19; i++) { write(segments, line); }
        now[0] += TimeUnit.SECONDS.toNanos(60);
        for (int i = 0; i < 2; i++) { write(segments, line); } // there is no next one, though this one is old
        assertThrows(Sequence.Full.class, segments::prepare);
        List<Path> all = Lines.files(directory, ".jsonl");
        assertEquals(7, all.size());
        for (Path each : all) { assertEquals(144_000, Files.size(each)); }
        Sequence sequence = sequence(segments, options);
        append(sequence, options, 2);
        Files.delete(all.get(0));
        append(sequence, options, 1); // too early to look again
        now[0] += TimeUnit.SECONDS.toNanos(1);
        append(sequence, options, 1);
        List<String> told = Lines.of(Files.readAllBytes(folder.resolve("00000008.jsonl")));
        assertEquals(List.of(4L, 5L), Lines.seqs(told));
        assertTrue(told.get(0).contains("\"dropped_count\":3,"), told.get(0));
        assertTrue(told.get(0).endsWith("\"reason\":\"journal_full\"}"), told.get(0));
        for (Path each : ofDelivery) { assertEquals(1 << 20, Files.size(each)); }
    }

    @Test
    @DisplayName("The last segment, which delivery leaves alone, has nothing refused, however much it holds")
    void lastSegment() throws Exception {
        long[] now = {0};
        Segments segments = new Segments(directory, "s", "e", 1 << 20, true, () -> now[0]);
        for (int i = 0; i < 2; i++) { write(segments, new byte[1 << 20]); }
        assertEquals(2, Lines.files(directory, ".jsonl").size());
    }

    @Test
    @DisplayName("However many segments were delivered, none of them counts")
    void delivered() throws Exception {
        long[] now = {0};
        Segments segments = new Segments(directory, "s", "e", 1 << 20, true, () -> now[0]);
        for (int i = 0; i < 300; i++) {
            write(segments, new byte[]{1});
            Files.delete(segments.folder.resolve(String.format("%08d.jsonl", i + 1)));
            now[0] += TimeUnit.SECONDS.toNanos(60);
        }
    }

    @Test
    @DisplayName("Where a folder cannot be marked as to be delivered nothing is written, and no link is followed")
    void mark() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        Segments segments = new Segments(directory, "s", "e", 1 << 20, true, System::nanoTime);
        Files.createSymbolicLink(Files.createDirectory(segments.folder).resolve("to-deliver"), elsewhere);
        assertThrows(IOException.class, segments::prepare);
        assertFalse(Files.exists(elsewhere));
        assertEquals(List.of(), Lines.files(directory, ".jsonl"));
    }

    @Test
    @DisplayName("What stands under the name of the next segment is neither followed nor touched, and nothing is lost")
    void exclusive() throws Exception {
        long[] now = {0};
        Segments segments = new Segments(directory, "s", "e", 1 << 20, false, () -> now[0]);
        write(segments, new byte[]{1});
        Path first = Lines.files(directory, ".jsonl").get(0);
        Path victim = Files.createFile(directory.resolve("victim"));
        Files.createSymbolicLink(first.resolveSibling("00000002.jsonl"), victim);
        now[0] += TimeUnit.SECONDS.toNanos(60);
        write(segments, new byte[]{2});
        assertEquals(0, Files.size(victim));
        assertEquals(2, Files.size(first));
    }

    private static void write(Segments segments, byte[] line) throws IOException {
        segments.prepare();
        segments.write(line);
    }

    private static Sequence sequence(Segments segments, TelemetryOptions options) {
        return new Sequence(segments, new Recorder(null),
                options.envelope().setStatus(io.telemetryevents.v1.TelemetryStatus.TELEMETRY_STATUS_ERROR).build());
    }

    private static void append(Sequence sequence, TelemetryOptions options, int count) {
        for (int i = 0; i < count; i++) {
            sequence.append(
                    new Recorder(null).line(options.envelope().build(), "", TelemetryScope.current(), event(i)));
        }
    }
}
