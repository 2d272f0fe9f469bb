package io.telemetryevents;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The whole logging call: to a journal, and, for what it costs without a disk, to a stream that drops all. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LoggingBenchmark {
    private final TelemetryLogger nowhere = new TelemetryLogger(
            new TelemetryOptions(Map.of()).service("bench").output(OutputStream.nullOutputStream()));
    private Path directory;
    private TelemetryLogger journal;

    @Param
    Events event;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("bench-");
        journal = new TelemetryLogger(
                new TelemetryOptions(Map.of()).service("bench").directory(directory).capacityBytes(64 << 20));
    }

    @TearDown
    public void delete() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) { Files.delete(each); }
    }

    @Benchmark
    public void journal() { journal.info(event.event); }

    @Benchmark
    public void nowhere() { nowhere.info(event.event); }
}
