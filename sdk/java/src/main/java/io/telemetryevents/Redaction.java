package io.telemetryevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.telemetryevents.v1.Sensitivity;
import java.util.*;
import java.util.regex.*;

/** What stands in place of a string: by its sensitivity (docs/canonical-json.md, section 8), or for its length. */
final class Redaction {
    static final int FRAME_LIMIT = 30;
    // In bytes of UTF-8: of a stack, and of a string in a line that is too long.
    private static final int LIMIT = 16_384;
    private static final Pattern SUFFIX = Pattern.compile("(?i)\\.(?:nii\\.gz|dcm|nii|nrrd|svs|ndpi|tif|tiff|png|jpg"
            + "|jpeg|e2e|fda|sdb|csv|parquet|json|xml|pdf|zip)\\z");
    private static final String FRAME = "File \"";
    private static final Pattern FRAME_REST =
            Pattern.compile("(\", line [0-9]{1,9}+, in [^\\x00-\\x20\"\\x7f]++)[ \t\r]*+(?:\n|\\z)");

    private Redaction() {}

    static String shown(String text, Sensitivity sensitivity, RedactionKey key) {
        return switch (sensitivity) {
            case SENSITIVITY_PERSON -> person(text, key);
            case SENSITIVITY_FILE_NAME -> {
                Matcher suffix = SUFFIX.matcher(text);
                yield person(text, key) + (suffix.find() ? suffix.group().toLowerCase(Locale.ROOT) : "");
            }
            case SENSITIVITY_STACK_FRAMES -> frames(text);
            default -> text;
        };
    }

    private static String person(String text, RedactionKey key) {
        return text.isEmpty() ? "" : key == null ? "redacted" : key.token(text);
    }

    /** Returns the frames of a stack, of which the last are the deepest, and nothing else (8.8 to 8.11). */
    private static String frames(String stack) {
        Deque<String> frames = new ArrayDeque<>();
        Matcher rest = FRAME_REST.matcher(stack);
        for (int at = stack.indexOf(FRAME); at >= 0; at = stack.indexOf(FRAME, at + 1)) {
            int line = at;
            while (line > 0 && (stack.charAt(line - 1) == ' ' || stack.charAt(line - 1) == '\t')) { line--; }
            int quote = stack.indexOf('"', at + FRAME.length());
            boolean isFrame = (line == 0 || stack.charAt(line - 1) == '\n') && quote >= 0;
            if (!isFrame || !rest.region(quote, stack.length()).lookingAt()) { continue; }
            String path = stack.substring(at + FRAME.length(), quote);
            if (path.indexOf('\n') < 0) { frames.add(FRAME + tail(path) + stack.substring(quote, rest.end(1))); }
            if (frames.size() > FRAME_LIMIT) { frames.remove(); }
        }
        String kept = String.join("\n", frames);
        for (; isLong(kept); kept = String.join("\n", frames)) { frames.remove(); }
        return kept;
    }

    /** Returns the last two segments of a path: where they end, and begin, is found from its end. */
    private static String tail(String path) {
        int end = before(path, path.length(), true);
        int last = before(path, end, false);
        int middle = before(path, last, true);
        String tail = path.substring(last, end);
        return middle == 0 ? tail : path.substring(before(path, middle, false), middle) + "/" + tail;
    }

    /** Returns where the separators that stand before a place begin, or where the segment does. */
    private static int before(String path, int place, boolean isSeparator) {
        int start = place;
        while (start > 0 && (path.charAt(start - 1) == '/' || path.charAt(start - 1) == '\\') == isSeparator) {
            start--;
        }
        return start;
    }

    /** Returns what is left of a long string in a line that is too long (docs/record.md, 7.2). */
    static String cut(String text) {
        if (!isLong(text)) { return text; }
        byte[] utf8 = Text.utf8(text);
        int end = LIMIT;
        while ((utf8[end] & 0xC0) == 0x80) { end--; } // within a code point
        return new String(utf8, 0, end, UTF_8) + "…[cut from " + utf8.length + " bytes]";
    }

    private static boolean isLong(String text) {
        return text.length() > LIMIT / 3 && Text.utf8(text).length > LIMIT; // a character has 3 bytes at most
    }
}
