package io.telemetryevents;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.Gson;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Canonical JSON against the stock printer of protobuf, and against encoders of plain objects: all to bytes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CanonicalBenchmark {
    private final JsonFormat.Printer printer = JsonFormat.printer().omittingInsignificantWhitespace()
            .preservingProtoFieldNames().alwaysPrintFieldsWithNoPresence();
    private final ObjectMapper jackson = new ObjectMapper();
    private final Gson gson = new Gson();

    @Param
    Events event;

    @Benchmark
    public byte[] canonical() { return CanonicalJson.canonicalJson(event.event); }

    @Benchmark
    public byte[] stock() throws IOException { return printer.print(event.event).getBytes(StandardCharsets.UTF_8); }

    @Benchmark
    public byte[] plainJackson() throws IOException { return jackson.writeValueAsBytes(event.plain); }

    @Benchmark
    public byte[] plainGson() { return gson.toJson(event.plain).getBytes(StandardCharsets.UTF_8); }
}
