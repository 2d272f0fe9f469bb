package io.telemetryevents;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that turns a file name or a person into a token, always the same one (docs/canonical-json.md, 8.2).
 * However it is printed, only its id shows. It may be used by many threads at once.
 */
public final class RedactionKey {
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    private final String id;
    private final Mac mac;

    /**
     * Makes a key with an id of 1 to 8 characters of {@code a-z0-9}, which stands in each token, and a secret of at
     * least 16 bytes.
     *
     * @throws IllegalArgumentException for an id or a secret that is not so; it names neither
     */
    public RedactionKey(String id, byte[] secret) {
        check(id.matches("[a-z0-9]{1,8}"), "the id of a redaction key is 1 to 8 characters of a-z and 0-9");
        check(secret.length >= 16, "the secret of a redaction key is at least 16 bytes");
        this.id = id;
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        } catch (GeneralSecurityException none) {
            throw new IllegalArgumentException("this Java has no HMAC-SHA256");
        }
    }

    /**
     * Returns the key that a text such as {@code site1:a secret of 16 bytes or more} says. White space around it does
     * not count, as a mounted secret may end in a line feed.
     *
     * @throws IllegalArgumentException for a text that says none; it does not hold the text
     */
    public static RedactionKey parse(String text) {
        String[] parts = text.strip().split(":", 2);
        check(parts.length == 2, "a redaction key is written <id>:<secret>");
        return new RedactionKey(parts[0], Text.utf8(parts[1]));
    }

    /** Returns the key's id, which is no secret. */
    public String id() { return id; }

    @Override
    public String toString() { return "RedactionKey(" + id + ")"; }

    String token(String text) {
        synchronized (mac) {
            return "h1:" + id + ":" + base32(mac.doFinal(Text.utf8(text))).substring(0, 26);
        }
    }

    /** Returns bytes in lower case (RFC 4648), but for bits at their end that fill no character. */
    static String base32(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit + 5 <= bytes.length * 8; bit += 5) {
            int next = bit / 8 + 1 < bytes.length ? bytes[bit / 8 + 1] & 0xFF : 0;
            text.append(BASE32.charAt(((bytes[bit / 8] & 0xFF) << 8 | next) >> 11 - bit % 8 & 31));
        }
        return text.toString();
    }

    static void check(boolean condition, String problem) {
        if (!condition) { throw new IllegalArgumentException(problem); }
    }
}
