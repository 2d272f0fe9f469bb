package io.telemetryevents;

import static io.telemetryevents.RedactionKey.check;

import io.telemetryevents.v1.*;
import java.io.*;
import java.net.InetAddress;
import java.nio.file.*;
import java.util.*;
import java.util.function.Supplier;

/**
 * What a {@link TelemetryLogger} is configured with. What is not set is as the environment says, by the variables that
 * are named here and explained in docs/logging.md; else it is what is usual. A variable that is empty counts as none.
 *
 * <ul> <li>{@code service} is the service's name; else the program's <li>{@code env} and {@code version} are tags, as
 * are {@code tags}, such as {@code site:north,team:imaging} <li>{@code hostname} is the machine's name; else the one
 * that it has <li>{@code ddsource} is the technology that records come from; else the service <li>{@code directory} is
 * where journals are; else {@code ~/.local/state/telemetry-events} <li>{@code output} has lines written to a stream,
 * each by one call, and flushed; and to no journal <li>{@code key} redacts; without one nothing is hashed. In the
 * environment it is {@code <id>:<secret>} <li>{@code capacityBytes} is how many bytes the journal's folder may hold, at
 * least 1 MiB; else 1 GiB <li>{@code ship} is {@code none} where another process delivers the journal
 * (docs/delivery.md): no segment goes before, and a full journal refuses records; else {@code never}. In the
 * environment {@code thread} is for other languages <li>{@code trace} gives the active trace, or null where there is
 * none: {@link Traces#of} makes one </ul>
 */
public final class TelemetryOptions {
    private static final String SERVICE = "[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}";
    private static final String DIRECTORY = "TELEMETRY_EVENTS_DIR";
    private static final String SHIP = "TELEMETRY_EVENTS_SHIP";
    private static final String HOSTNAME = "[A-Za-z0-9_.:-]{1,255}";

    final Map<String, String> values;
    OutputStream output;
    long capacityBytes = 1L << 30;
    Supplier<TelemetryTrace> trace = () -> null;
    private RedactionKey key;

    /** Begins with the environment. */
    public TelemetryOptions() { this(System.getenv()); }

    TelemetryOptions(Map<String, String> environment) {
        values = new HashMap<>(environment);
        values.computeIfPresent(SHIP, (variable, who) -> who.strip().equals("thread") ? null : who);
    }

    /** Sets {@code DD_SERVICE}. */
    public TelemetryOptions service(String name) { return with("DD_SERVICE", name); }

    /** Sets {@code DD_ENV}. */
    public TelemetryOptions env(String env) { return with("DD_ENV", env); }

    /** Sets {@code DD_VERSION}. */
    public TelemetryOptions version(String text) { return with("DD_VERSION", text); }

    /** Sets {@code DD_TAGS}. */
    public TelemetryOptions tags(String tags) { return with("DD_TAGS", tags); }

    /** Sets {@code DD_HOSTNAME}. */
    public TelemetryOptions hostname(String name) { return with("DD_HOSTNAME", name); }

    /** Sets the source. */
    public TelemetryOptions ddsource(String name) { return with("", name); }

    /** Sets {@code TELEMETRY_EVENTS_DIR}. */
    public TelemetryOptions directory(Path path) {
        return with(DIRECTORY, path.toString());
    }

    /** Sets a stream. */
    public TelemetryOptions output(OutputStream stream) { output = stream; return this; }

    /** Sets the key. */
    public TelemetryOptions key(RedactionKey given) { key = given; return this; }

    /** Sets the capacity. */
    public TelemetryOptions capacityBytes(long bytes) { capacityBytes = bytes; return this; }

    /** Sets {@code TELEMETRY_EVENTS_SHIP}. */
    public TelemetryOptions ship(String who) { return with(SHIP, who); }

    /** Sets the trace. */
    public TelemetryOptions trace(Supplier<TelemetryTrace> given) { trace = given; return this; }

    private TelemetryOptions with(String variable, String value) {
        check(!value.isEmpty(), "an option is an empty text");
        values.put(variable, value);
        return this;
    }

    /** Returns what all envelopes have in common. */
    TelemetryEnvelope.Builder envelope() {
        check(capacityBytes >= 1 << 20, "capacityBytes: less than 1 MiB");
        String service = matching("service", said("DD_SERVICE").orElseGet(TelemetryOptions::program), SERVICE);
        String ddsource = matching("ddsource", said("").orElse(service), SERVICE);
        String hostname = matching("hostname", said("DD_HOSTNAME").orElseGet(TelemetryOptions::machine), HOSTNAME);
        return TelemetryEnvelope.newBuilder().setService(service).setDdsource(ddsource).setHostname(hostname)
                .setDdtags(ddtags());
    }

    RedactionKey key() {
        return key != null ? key : said("TELEMETRY_EVENTS_KEY").map(RedactionKey::parse).orElse(null);
    }

    /** Tells whether another process delivers the journal. */
    boolean isToDeliver() {
        return matching("ship", said(SHIP).orElse("never"), "none|never").equals("none");
    }

    /** Returns the directory of journals, which is there, and can be written to. */
    Path directory() {
        String home = System.getProperty("user.home");
        String state = said("XDG_STATE_HOME").filter(path -> path.startsWith("/")).orElse(home + "/.local/state");
        String path = said(DIRECTORY).orElse(state + "/telemetry-events");
        try {
            Path found = Files.createDirectories(
                    Path.of(path.startsWith("~/") ? home + path.substring(1) : path).toAbsolutePath());
            Files.delete(Files.createTempFile(found, ".probe-", null));
            return found;
        } catch (IOException fault) {
            throw new IllegalArgumentException("directory: cannot be written to: " + path, fault);
        }
    }

    /** Joins tags so that nothing in one can begin another (docs/record.md, section 3). */
    private String ddtags() {
        List<String> all = new ArrayList<>();
        said("DD_ENV").ifPresent(env -> all.add("env:" + env));
        said("DD_VERSION").ifPresent(version -> all.add("version:" + version));
        said("DD_TAGS").ifPresent(tags -> all.addAll(List.of(tags.split("[,\\s]+"))));
        all.removeIf(String::isEmpty);
        all.replaceAll(tag -> tag.replaceAll("[^A-Za-z0-9_:./-]", "_").toLowerCase(Locale.ROOT));
        boolean isShort = all.size() <= 100 && all.stream().allMatch(tag -> tag.length() <= 200);
        check(isShort, "tags: more than 100 of them, or one of more than 200 characters");
        return String.join(",", all);
    }

    private Optional<String> said(String variable) {
        return Optional.ofNullable(values.get(variable)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static String matching(String option, String value, String pattern) {
        check(value.matches(pattern), option + ": does not match " + pattern);
        return value;
    }

    /** Returns the name of the program that runs, such as `worker` for `worker.jar`, and `Worker` for a main class. */
    private static String program() {
        String command = System.getProperty("sun.java.command", "").replaceFirst("\\s.*", "");
        String name =
                command.endsWith(".jar") ? command.replaceFirst("\\.jar$", "") : command.replaceFirst(".*\\.", "");
        name = name.replaceFirst(".*/", "").replaceAll("[^A-Za-z0-9_.-]", "_").replaceFirst("^[_.-]+", "");
        return name.isEmpty() ? "java" : name.substring(0, Math.min(name.length(), 100));
    }

    /** Returns the machine's name, on Linux without asking a network for it. */
    private static String machine() {
        Path kernel = Path.of("/proc/sys/kernel/hostname");
        try {
            String name =
                    Files.exists(kernel) ? Files.readString(kernel).strip() : InetAddress.getLocalHost().getHostName();
            return name.replaceAll("[^A-Za-z0-9_.:-]", "_");
        } catch (IOException unknown) {
            return "unknown";
        }
    }
}
