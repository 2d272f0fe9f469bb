package io.telemetryevents;

import java.math.*;

/** Doubles as ECMAScript prints them (docs/canonical-json.md, 5.4 to 5.7). */
final class Doubles {
    // The nearest first. At a power of two it may not read back, where another of as many digits does.
    private static final RoundingMode[] MODES = {RoundingMode.HALF_EVEN, RoundingMode.DOWN, RoundingMode.UP};
    // So few digits, of a double of full precision, are the shortest that read back, and no others do.
    private static final int CERTAIN = 15;

    private Doubles() {}

    /** Returns a finite double as text. */
    static String print(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) { return Long.toString((long) value); }
        double size = Math.abs(value);
        String java = Double.toString(value);
        boolean isUsual = size >= 1e-3 && size < 1e7 && java.length() <= CERTAIN + 1 && !java.endsWith("0");
        return isUsual ? java : (value < 0 ? "-" : "") + laidOut(shortest(size).stripTrailingZeros());
    }

    /** Shortens what Java prints: before version 19 it has too many digits at times, and in none less than two. */
    private static BigDecimal shortest(double value) {
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (shortest.precision() <= CERTAIN && value >= Double.MIN_NORMAL) { return shortest; }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = shortest.precision(); digits > 0; digits--) {
            BigDecimal shorter = null;
            for (int i = 0; shorter == null && i < MODES.length; i++) {
                BigDecimal rounded = exact.round(new MathContext(digits, MODES[i]));
                shorter = rounded.doubleValue() == value ? rounded : null;
            }
            if (shorter == null) { break; }
            shortest = shorter;
        }
        return shortest;
    }

    private static String laidOut(BigDecimal value) {
        String digits = value.unscaledValue().toString();
        int count = digits.length();
        int point = count - value.scale();
        if (count <= point && point <= 21) { return digits + "0".repeat(point - count); }
        if (0 < point && point <= 21) { return digits.substring(0, point) + "." + digits.substring(point); }
        if (-6 < point && point <= 0) { return "0." + "0".repeat(-point) + digits; }
        String fraction = count == 1 ? "" : "." + digits.substring(1);
        return digits.charAt(0) + fraction + "e" + (point > 0 ? "+" : "") + (point - 1);
    }
}
