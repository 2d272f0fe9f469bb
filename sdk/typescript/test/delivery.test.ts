// What a journal leaves to delivery: what it does not delete, and what it refuses while delivery makes no room.

import assert from "node:assert/strict";
import fs, { rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { TelemetryLogger } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import { directory, lines, numbers, records, segments, upTo } from "./reading.js";
import { clock, replace } from "./system.js";

const batch = create(v1.BatchProgressEventSchema, { protocolName: "ResultsOnly", batchNumber: 3 });

test("where the folder cannot be marked as to be delivered nothing is written, and no link is followed", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root, ship: "none" });
  const elsewhere = join(root, "elsewhere");
  replace(test, "mkdirSync", (real: typeof fs.mkdirSync) => (path: string, options: fs.MakeDirectoryOptions) => {
    real(path, options);
    fs.symlinkSync(elsewhere, join(path, "to-deliver"));
  });

  telemetry.info(batch);

  assert(!fs.existsSync(elsewhere));
  assert.deepEqual(segments(root), []);
});

test("what delivery keeps in the folder is neither counted nor deleted", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root, capacityBytes: 2 ** 20, ship: "none" });
  telemetry.info("first");
  const folder = dirname(String(segments(root)[0]));
  const theirs = ["00000001-385.cursor", "shipping", "to-deliver"].map((name) => join(folder, name));
  for (const path of theirs) writeFileSync(path, "x".repeat(2 ** 20));

  for (let count = 0; count < 40; count++) telemetry.info("x".repeat(9_900));

  assert.deepEqual(
    theirs.map((path) => statSync(path).size),
    theirs.map(() => 2 ** 20),
  );
  assert.equal(lines(root).length, 41);
});

test("what is to be delivered stays, a full journal refuses, and goes on when delivery has made room", (test) => {
  const root = directory(test);
  const time = clock(test);
  const telemetry = new TelemetryLogger({ directory: root, capacityBytes: 2 ** 20, ship: "none" });
  let looks = 0;
  replace(test, "existsSync", (real: typeof fs.existsSync) => (path: string) => {
    looks += Number(basename(path) === "00000002.jsonl");
    return real(path);
  });
  const log = (count: number, ms = 0) => {
    for (let done = 0; done < count; done++, time.ms += ms) telemetry.info("x".repeat(48_000));
  };

  log(19);
  time.ms += 60_000;
  log(2); // into the open one, for it is old, and not full
  assert.deepEqual(numbers(root), upTo(21));
  looks = 0;
  log(10, 300); // 3 seconds

  assert.deepEqual(numbers(root), upTo(21));
  assert.equal(looks, 3);
  rmSync(String(segments(root)[0])); // of 3 records
  time.ms += 1000;
  log(1);

  const [report = {}, last = {}] = records(root).slice(18);
  assert.deepEqual(numbers(root).slice(0, 18), upTo(21, 4));
  assert.deepEqual(
    ["message", "status", "reason"].map((name) => report[name]),
    ["telemetry_dropped", "error", "journal_full"],
  );
  assert.equal(report["seq"], 22 + Number(report["dropped_count"]));
  assert.deepEqual([last["seq"], records(root).length], [Number(report["seq"]) + 1, 20]);
  telemetry.close(); // there is room in the one that is left, and in no other
  looks = 0;
  log(10, 300);
  assert.deepEqual([looks, records(root).length], [3, 20]);
});

test("a last segment that fills the journal, which delivery leaves alone, has nothing refused", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root, capacityBytes: 2 ** 20, ship: "none" });

  for (const length of [100_000, 890_000, 1]) telemetry.info("x".repeat(length));

  assert.deepEqual(numbers(root), [1, 2, 3]);
});
