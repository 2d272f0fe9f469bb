package io.telemetryevents;

import static io.telemetryevents.Records.append;
import static io.telemetryevents.Records.sequence;
import static io.telemetryevents.Records.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal leaves to delivery: it deletes nothing, and refuses records while delivery makes no room. */
class DeliveryTest {
    @TempDir
    Path directory;

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
        List<Path> ofDelivery = List.of(folder.resolve("00000001-385.cursor"), folder.resolve("shipping"),
                folder.resolve("to-deliver"));
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
}
