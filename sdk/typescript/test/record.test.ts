import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { create, createRegistry } from "@bufbuild/protobuf";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { TelemetryLogger, telemetryContext } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import * as conformance from "#dist/gen/telemetry_conformance/v1/index.js";
import { kept } from "./reading.js";

const batch = create(v1.BatchProgressEventSchema, { protocolName: "ResultsOnly", batchNumber: 3 });
const settings = { service: "worker", hostname: "pod-7", env: "Prod", version: "1.4.2", tags: ["site: north,a"] };

test("a record is the envelope, the context and the event, each sorted", () => {
  const writer = kept();
  const telemetry = new TelemetryLogger({ ...settings, writer });

  telemetryContext({ taskId: "9d1c7f4e", projectId: "p" }, () => telemetry.info(batch));

  const [line = ""] = writer.lines;
  assert.equal(
    line.replace(/"emitter":"[a-z2-7]{16}"/, "").replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/, ""),
    '{"ddsource":"worker","ddtags":"env:prod,version:1.4.2,site:_north_a",,"hostname":"pod-7","message":"batch_progress",' +
      '"seq":1,"service":"worker","status":"info","timestamp":,"project_id":"p","task_id":"9d1c7f4e","batch_number":3,' +
      '"event":"batch_progress","protocol_name":"ResultsOnly"}\n',
  );
});

test("each method has its status, and each call the next number", () => {
  const writer = kept();
  const { debug, info, warn, error, critical } = new TelemetryLogger({ writer });

  for (const log of [debug, info, warn, error, critical]) log("text");

  const expected = ["debug", "info", "warn", "error", "critical"].map((status, at) => [status, at + 1, "text"]);
  assert.deepEqual(
    writer.records().map(({ status, seq, message }) => [status, seq, message]),
    expected,
  );
});

test("a level that there is none of counts as info", () => {
  const writer = kept();

  new TelemetryLogger({ writer }).log("fatal" as never, batch);

  assert.equal(writer.records()[0]?.["status"], "info");
});

test("contexts nest, follow what is awaited, and do not leave their work", async () => {
  const writer = kept();
  const telemetry = new TelemetryLogger({ writer });

  const result = await telemetryContext({ taskId: "1", username: "u" }, async () => {
    await telemetryContext({ taskId: "2" }, async () => {
      await new Promise(setImmediate);
      telemetry.info("inner");
    });
    telemetry.info("outer");
    return 7;
  });
  telemetry.info("none");

  assert.equal(result, 7);
  assert.deepEqual(
    writer.records().map((record) => [record["task_id"], record["username"]]),
    [
      ["2", "u"],
      ["1", "u"],
      [undefined, undefined],
    ],
  );
});

test("an event's own field stands in for the context's, also when it is unset", () => {
  const writer = kept();
  const telemetry = new TelemetryLogger({ writer });

  telemetryContext({ taskId: "context", runId: "r" }, () => telemetry.info(create(v1.TaskCompleteEventSchema)));

  assert.deepEqual(
    writer.lines.map((line) => line.match(/"(task_id|run_id)":"[^"]*"/g)),
    [['"run_id":"r"', '"task_id":""']],
  );
});

test("a field of a context that is no text is left out", () => {
  const writer = kept();
  const telemetry = new TelemetryLogger({ writer });

  telemetryContext({ taskId: 1, runId: null, username: "u", odd: "x" } as never, () => telemetry.info("a"));
  telemetryContext(null as never, () => telemetry.info("b"));

  assert.deepEqual(
    writer.records().map((record) => [record["task_id"], record["username"], record["odd"], record["message"]]),
    [
      [undefined, "u", undefined, "a"],
      [undefined, undefined, undefined, "b"],
    ],
  );
});

class RetriableError extends TypeError {}

test("of an error its class and its frames are recorded, the outermost first, and nothing that it says", () => {
  const writer = kept();
  const telemetry = new TelemetryLogger({ writer });
  const deepest = () => new RetriableError("DOE^JANE\n    at DOE^JANE (DOE^JANE.js:1:1)\n    at secret.js:7:7");
  const error = (function outer() {
    return deepest();
  })();

  telemetry.error(batch, error);
  telemetry.critical(error);

  for (const [at, record] of writer.records().entries()) {
    const { kind, stack } = record["error"] as { kind: string; stack: string };
    const frames = stack.split("\n");
    assert.equal(kind, "RetriableError");
    assert.match(frames.at(-1) ?? "", /^File "test\/record\.test\.js", line \d+, in deepest$/);
    assert.match(frames.at(-2) ?? "", /^File "test\/record\.test\.js", line \d+, in outer$/);
    assert(frames.every((frame) => /^File "[^"]+", line \d+, in \S+$/.test(frame)));
    assert.equal(record["message"], ["batch_progress", "RetriableError"][at]);
  }
  assert(!writer.lines.join("").includes("DOE") && !writer.lines.join("").includes("secret"));
});

test("an error whose message was changed has no frames, for nobody can say where its message ends", () => {
  const writer = kept();
  const error = new Error("DOE\n    at DOE (DOE.js:1:1)");
  assert.match(error.stack ?? "", /DOE/);
  error.message = "changed";

  new TelemetryLogger({ writer }).error("text", error);

  assert.deepEqual(
    writer.records().map((record) => record["error"]),
    [{ kind: "Error", stack: "" }],
  );
});

test("a class or a function with a made-up name counts as its nearest base, or as anonymous; evaluated code as unknown", () => {
  const writer = kept();
  const telemetry = new TelemetryLogger({ writer });
  const named = { "DOE^JANE": class extends RangeError {}, "JANE DOE": () => new RangeError("x") };

  telemetry.error("text", new named["DOE^JANE"]());
  telemetry.error("text", named["JANE DOE"]());
  telemetry.error("text", new Function("return new Error('x')")());
  telemetry.error("text", runInNewContext("new TypeError('x')"));

  const kinds = writer.records().map((record) => (record["error"] as { kind: string }).kind);
  assert.deepEqual(kinds, ["RangeError", "RangeError", "Error", "TypeError"]);
  assert(!writer.lines[0]?.includes("DOE") && !writer.lines[1]?.includes("DOE"));
  assert.match(writer.lines[1] ?? "", /in <anonymous>/);
  assert.match(writer.lines[2] ?? "", /File \\"<unknown>\\", line \d+, in eval/);
});

test("what is thrown but is no error is recorded as its type", () => {
  const writer = kept();
  const telemetry = new TelemetryLogger({ writer });

  for (const thrown of ["DOE^JANE", 7, null, { message: "DOE^JANE", stack: "DOE^JANE" }, Object.create(null)])
    telemetry.error(batch, thrown);

  assert.deepEqual(
    writer.records().map((record) => (record["error"] as { kind: string }).kind),
    ["string", "number", "object", "Object", "object"],
  );
  assert(!writer.lines.join("").includes("DOE"));
});

test("what an error says at the end of a text, from its frames on, is left out", () => {
  const writer = kept();

  new TelemetryLogger({ writer }).warn(`it failed\n    at f (DOE.js:1:1)\n    at DOE.js:2:2`);

  assert.equal(writer.records()[0]?.["message"], "it failed");
});

test("the active trace of OpenTelemetry is recorded: decimal where it fits into 64 bits, else hexadecimal; not where it is zero", () => {
  const writer = kept();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const telemetry = new TelemetryLogger({ writer, trace: () => trace.getActiveSpan()?.spanContext() });
  const within = (traceId: string, spanId: string) => {
    const span = trace.wrapSpanContext({ traceId, spanId, traceFlags: 1 });
    context.with(trace.setSpan(context.active(), span), () => telemetry.info(batch));
  };

  telemetry.info(batch);
  within("0000000000000000ffffffffffffffff", "00000000000000ff");
  within("00000000000000010000000000000000", "8000000000000000");
  within("00000000000000000000000000000000", "00000000000000ff");

  assert.deepEqual(
    writer.records().map((record) => record["dd"]),
    [
      undefined,
      { trace_id: "18446744073709551615", span_id: "255" },
      { trace_id: "00000000000000010000000000000000", span_id: "9223372036854775808" },
      undefined,
    ],
  );
});

test("an event without canonical form is replaced by one that names event, field and fault, with all that held", () => {
  const writer = kept();
  const telemetry = new TelemetryLogger({ writer });

  telemetryContext({ projectId: "p" }, () => telemetry.warn(create(v1.BatchProgressEventSchema, { batchNumber: 0.5 })));

  const [record = {}] = writer.records();
  assert.deepEqual(
    ["message", "status", "project_id", "invalid_event", "invalid_field", "error_kind"].map((name) => record[name]),
    ["telemetry_invalid", "warn", "p", "batch_progress", "batch_number", "wrong_type"],
  );
});

test("the types of the user's own events are found in a registry", () => {
  const writer = kept();
  const event = create(conformance.BareEventSchema);
  const registry = createRegistry(conformance.BareEventSchema);

  new TelemetryLogger({ writer }).info(event);
  const own = new TelemetryLogger({ writer, registry });
  own.info(event);
  own.info(batch);

  assert.deepEqual(
    writer.records().map((record) => [record["message"], record["error_kind"]]),
    [
      ["telemetry_invalid", "unsupported_type"],
      ["bare", undefined],
      ["batch_progress", undefined],
    ],
  );
  assert.equal(Buffer.from(own.canonicalJson(event)).toString(), '{"event":"bare"}');
});

test("a string is cut where a line would be too long, and an event replaced where that does not help", () => {
  const writer = kept();
  const telemetry = new TelemetryLogger({ writer });
  const summary = (...missingColumns: string[]) => create(v1.TrialFilterSummaryEventSchema, { missingColumns });

  telemetry.info(summary(`a${"é".repeat(600_000)}`, "b"));
  telemetry.info(summary(...Array.from({ length: 60 }, () => "x".repeat(16_000))));
  telemetry.info("ä".repeat(500_000));

  const [cut, replaced, text] = writer.records();
  assert.deepEqual(cut?.["missing_columns"], [`a${"é".repeat(8191)}…[cut from 1200001 bytes]`, "b"]);
  assert.equal(replaced?.["error_kind"], "too_long");
  assert.equal(text?.["message"], `${"ä".repeat(8192)}…[cut from 1000000 bytes]`);
  assert(writer.lines.every((line) => Buffer.byteLength(line) <= 900_000));
});

test("no two loggers have the same emitter", () => {
  const writer = kept();

  for (let count = 0; count < 100; count++) new TelemetryLogger({ writer }).info("x");

  const emitters = writer.records().map((record) => String(record["emitter"]));
  assert.equal(new Set(emitters).size, 100);
  assert(emitters.every((emitter) => /^[a-z2-7]{16}$/.test(emitter)));
});
