// Times the canonical form beside protobuf's own JSON and plain JSON, and whole calls of the logger.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type DescMessage, type Message, type MessageInitShape, toJsonString } from "@bufbuild/protobuf";
import { canonicalJson, TelemetryLogger, telemetryContext } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import { Bench } from "tinybench";

const STACK = `Traceback (most recent call last):
  File "/srv/app/worker/run.py", line 12, in run
    raise ValueError("DOE^JANE")
ValueError: DOE^JANE`;

function event<T extends DescMessage>(type: T, fields: MessageInitShape<T>): { type: DescMessage; event: Message } {
  return { type, event: create(type, fields) };
}

const EVENTS = [
  event(v1.TaskAcceptedEventSchema, {
    taskId: "9d1c7f4e",
    podName: "pod-7",
    modellerUsername: "dr.jones",
    datasourceType: "DICOMSource",
    appVersion: "1.4.2",
    datetime: "2026-11-23T10:00:00.000Z",
  }),
  event(v1.BatchProgressEventSchema, { protocolName: "ResultsOnly", batchNumber: 3 }),
  event(v1.TrialFilterSummaryEventSchema, {
    step: "age",
    filterName: "Älter als 40 – ≥",
    rowsMatched: 12n,
    rowsFailed: 3n,
    rowsMissing: 1n,
    matchingColumnCount: 2n,
    missingColumns: ["PatientAge", "StudyDate"],
  }),
  event(v1.TaskErrorEventSchema, {
    taskId: "9d1c7f4e",
    podName: "pod-7",
    modellerUsername: "dr.jones",
    errorType: "ValueError",
    stacktraceFrames: STACK,
  }),
];

const ROUNDS = 15;

/** Runs tasks in turns, and returns the median over the turns of each one's nanoseconds. */
async function medians(tasks: Record<string, () => unknown>): Promise<Record<string, number>> {
  const found: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    const bench = new Bench({ time: 40, warmupTime: 10 });
    for (const [name, work] of Object.entries(tasks)) {
      // A thousand at a time, as reading the clock takes as long as some of them.
      bench.add(name, () => {
        for (let count = 0; count < 1000; count++) work();
      });
    }
    await bench.run();
    for (const { name, result } of bench.tasks) {
      if (!("latency" in result)) throw new Error(`${name} failed`);
      found[name] = [...(found[name] ?? []), result.latency.p50 * 1000];
    }
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, times]) => [name, times.sort((a, b) => a - b)[times.length >> 1] ?? 0]),
  );
}

const rows: Record<string, Record<string, string>> = {};
const directory = mkdtempSync(join(tmpdir(), "journals-"));
const telemetry = new TelemetryLogger({ service: "worker", directory, capacityBytes: 2 ** 27 });
const nowhere = new TelemetryLogger({ service: "worker", writer: { write: () => undefined } });

for (const { type, event } of EVENTS) {
  const plain = JSON.parse(Buffer.from(canonicalJson(type, event)).toString());
  const ns = await medians({
    canonical: () => canonicalJson(type, event),
    "protobuf JSON": () => Buffer.from(toJsonString(type, event)),
    "plain JSON, as bytes": () => Buffer.from(JSON.stringify(plain)),
    "plain JSON, as a string": () => JSON.stringify(plain),
    "call, to nowhere": () => nowhere.info(event),
    "call, to a journal": () => telemetry.info(event),
    "call in a context": () => telemetryContext({ projectId: "p" }, () => telemetry.info(event)),
  });
  const ratio = (to: string) => ((ns["canonical"] ?? 0) / (ns[to] ?? 1)).toFixed(2);
  rows[type.name] = {
    ...Object.fromEntries(Object.entries(ns).map(([name, each]) => [name, `${Math.round(each)} ns`])),
    "canonical / protobuf JSON": ratio("protobuf JSON"),
    "canonical / plain, bytes": ratio("plain JSON, as bytes"),
    "canonical / plain, string": ratio("plain JSON, as a string"),
  };
}
telemetry.close();
rmSync(directory, { recursive: true });

for (const [name, row] of Object.entries(rows)) {
  console.log(name);
  for (const [what, said] of Object.entries(row)) console.log(`  ${what.padEnd(28)}${said.padStart(10)}`);
}
