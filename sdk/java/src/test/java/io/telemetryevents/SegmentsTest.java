package io.telemetryevents;

import static io.telemetryevents.Records.append;
import static io.telemetryevents.Records.sequence;
import static io.telemetryevents.Records.upTo;
import static io.telemetryevents.Records.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a journal goes on to its next segment, also where the disk takes no more, and when its oldest ones go. */
class SegmentsTest {
    @TempDir
    Path directory;

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
}
