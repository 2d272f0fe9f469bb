package io.telemetryevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The lines of journals, as tests read them. */
final class Lines {
    private static final Pattern SEQ = Pattern.compile(",\"seq\":([0-9]+),");

    private Lines() {}

    /** Returns the files below a folder, sorted by name. */
    static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(each -> each.toString().endsWith(suffix)).sorted().toList();
        }
    }

    /** Returns the whole lines of all segments, in the order of their names. What is cut off is none. */
    static List<String> of(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path segment : files(directory, ".jsonl")) { lines.addAll(of(Files.readAllBytes(segment))); }
        return lines;
    }

    static List<String> of(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    static long seq(String line) {
        Matcher found = SEQ.matcher(line);
        if (!found.find()) { throw new AssertionError(line); }
        return Long.parseLong(found.group(1));
    }

    static List<Long> seqs(List<String> lines) { return lines.stream().map(Lines::seq).toList(); }

    /** Returns a line with what differs from run to run left out: emitter and time. */
    static String steady(String line) {
        return line.replaceFirst("\"emitter\":\"[a-z2-7]{16}\"", "\"emitter\":\"\"")
                .replaceFirst("\"timestamp\":\"[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z\"", "\"timestamp\":\"\"");
    }
}
