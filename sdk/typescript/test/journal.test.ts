// The folder of a journal, its segments' names and modes, and the numbers of its records.

import assert from "node:assert/strict";
import fs, { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { TelemetryLogger } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import { directory, numbers, records, segments } from "./reading.js";
import { clock } from "./system.js";

const batch = create(v1.BatchProgressEventSchema, { protocolName: "ResultsOnly", batchNumber: 3 });

test("a folder is named for service, process, start and emitter, and both it and its segments are the owner's alone", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root, service: "a/b:c" });
  assert.deepEqual(readdirSync(root), []);

  telemetry.info(batch);

  const [path = ""] = segments(root);
  const [record = {}] = records(root);
  const folder = basename(dirname(path));
  assert.match(folder, new RegExp(`^a_b_c-${process.pid}-\\d{8}T\\d{6}Z-${record["emitter"]}$`));
  assert.equal(basename(path), "00000001.jsonl");
  assert.deepEqual([statSync(dirname(path)).mode & 0o777, statSync(path).mode & 0o777], [0o700, 0o600]);
});

test("there is no lock, as Node.js has no POSIX record locks", (test) => {
  const root = directory(test);
  new TelemetryLogger({ directory: root }).info(batch);

  assert.deepEqual(readdirSync(dirname(String(segments(root)[0]))), ["00000001.jsonl"]);
});

test("a segment is never made where something is already, be it a link", (test) => {
  const root = directory(test);
  const time = clock(test);
  const telemetry = new TelemetryLogger({ directory: root });
  telemetry.info(batch);
  const folder = dirname(String(segments(root)[0]));
  const elsewhere = join(root, "elsewhere");
  fs.symlinkSync(elsewhere, join(folder, "00000002.jsonl"));

  time.ms += 60_000;
  telemetry.info(batch);

  assert(!fs.existsSync(elsewhere));
  assert.equal(readFileSync(join(folder, "00000001.jsonl"), "utf8").split("\n").length, 3);
});

test("a closed journal goes on in another segment", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root });

  telemetry.close();
  telemetry.info(batch);
  telemetry.close();
  telemetry.close();
  telemetry.info(batch);

  assert.deepEqual(numbers(root), [1, 2]);
  assert.equal(segments(root).length, 2);
});

test("a call within a call, as of a getter that logs, takes a number of its own", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root });
  const event = create(v1.BatchProgressEventSchema, { batchNumber: 1 });
  Object.defineProperty(event, "protocolName", {
    get: () => {
      telemetry.info("inner");
      return "outer";
    },
  });

  telemetry.info(event);

  assert.deepEqual(
    records(root).map(({ seq, message }) => [seq, message]),
    [
      [1, "inner"],
      [2, "batch_progress"],
    ],
  );
});
