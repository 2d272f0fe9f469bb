package io.telemetryevents;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.telemetryevents.conformance.executor.v1.Error;
import io.telemetryevents.conformance.executor.v1.Request;
import io.telemetryevents.conformance.executor.v1.Response;
import io.telemetryevents.v1.TelemetryEnvelope;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Prints what the conformance suite asks for: requests on standard input, a response each on standard output. */
final class Executor {
    private static final Map<String, String> PACKAGES = Map.of("telemetry_events.v1", "io.telemetryevents.v1",
            "telemetry_conformance.v1", "io.telemetryevents.conformance.v1");
    private static final Map<String, Message> TYPES = new ConcurrentHashMap<>();

    private Executor() {}

    public static void main(String[] arguments) throws IOException {
        InputStream in = new BufferedInputStream(System.in, 1 << 16);
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
        for (Request request; (request = Request.parseDelimitedFrom(in)) != null;) {
            answer(request).writeDelimitedTo(out);
            if (in.available() == 0) { out.flush(); }
        }
        out.flush();
    }

    private static Response answer(Request request) {
        Response.Builder response = Response.newBuilder().setName(request.getName());
        try {
            RedactionKey key = request.hasKey()
                    ? new RedactionKey(request.getKey().getId(), request.getKey().getSecret().toByteArray()) : null;
            if (request.hasRecord()) { return response.setRecord(ByteString.copyFrom(record(request, key))).build(); }
            return response.setCanonical(ByteString.copyFrom(CanonicalJson.canonicalJson(message(request), key)))
                    .build();
        } catch (EncodeException fault) {
            return response.setError(Error.newBuilder().setKind(fault.kind()).setField(fault.field())).build();
        } catch (Exception | StackOverflowError | OutOfMemoryError fault) {
            return response.setCrash(fault.toString()).build();
        }
    }

    private static byte[] record(Request request, RedactionKey key) throws Exception {
        TelemetryEnvelope envelope = request.getRecord().getEnvelope();
        Object what = request.getType().isEmpty() ? envelope.getMessage() : message(request);
        String[] line =
                new Recorder(key).line(envelope, envelope.getTimestamp(), request.getRecord().getContext(), what);
        return (line[0] + envelope.getSeq() + line[1]).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Message message(Request request) throws Exception {
        Message type = TYPES.get(request.getType());
        if (type == null) {
            int dot = request.getType().lastIndexOf('.');
            String found = PACKAGES.get(request.getType().substring(0, Math.max(0, dot)));
            Class<?> generated = Class.forName(found + request.getType().substring(dot));
            type = (Message) generated.getMethod("getDefaultInstance").invoke(null);
            TYPES.put(request.getType(), type);
        }
        return type.newBuilderForType().mergeFrom(request.getMessage()).build();
    }
}
