package io.telemetryevents;

import static java.nio.charset.StandardCharsets.*;

import java.util.regex.Pattern;

/**
 * Strings as canonical JSON prints them (docs/canonical-json.md, section 6), into JSON of which each byte is a
 * character, as Java keeps such strings in as many bytes.
 */
final class Text {
    private static final String[] ESCAPES = new String[0x100];
    // As a code point, what is a surrogate is an unpaired one.
    private static final Pattern UNPAIRED = Pattern.compile("\\p{Cs}");

    static {
        for (int c = 0; c < 0x20; c++) { ESCAPES[c] = String.format("\\u00%x%x", c >> 4, c & 15); }
        for (int i = 0; i < 7; i++) { ESCAPES["\b\t\n\f\r\"\\".charAt(i)] = "\\" + "btnfr\"\\".charAt(i); }
    }

    private Text() {}

    static void print(StringBuilder json, String text) {
        int ascii = 0;
        while (ascii < text.length() && text.charAt(ascii) < 0x80) { ascii++; }
        String bytes = ascii == text.length() ? text : new String(utf8(text), ISO_8859_1);
        json.append('"');
        int start = 0;
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\') { continue; }
            json.append(bytes, start, i).append(ESCAPES[c]);
            start = i + 1;
        }
        json.append(start == 0 ? bytes : bytes.substring(start)).append('"');
    }

    /** Returns a string as UTF-8, with U+FFFD for each unpaired surrogate (6.5). */
    static byte[] utf8(String text) {
        int end = 0;
        while (end < text.length() && !Character.isSurrogate(text.charAt(end))) { end++; }
        return (end == text.length() ? text : UNPAIRED.matcher(text).replaceAll("\uFFFD")).getBytes(UTF_8);
    }
}
