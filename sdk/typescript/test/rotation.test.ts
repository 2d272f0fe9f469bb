// When a journal goes on to its next segment, and when its oldest ones go.

import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { TelemetryLogger } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import { directory, numbers, segments, upTo } from "./reading.js";
import { clock, replace } from "./system.js";

const batch = create(v1.BatchProgressEventSchema, { protocolName: "ResultsOnly", batchNumber: 3 });

test("a segment is left at 8 MiB, and its lines are whole and in order", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root });

  for (let count = 0; count < 200; count++) telemetry.info("x".repeat(99_000));

  const sizes = segments(root).map((path) => statSync(path).size);
  assert.deepEqual(numbers(root), upTo(200));
  assert.equal(sizes.length, 3);
  assert(sizes.slice(0, 2).every((size) => size >= 2 ** 23 && size < 2 ** 23 + 100_000));
});

test("a segment is left when it has been open for a minute", (test) => {
  const root = directory(test);
  const time = clock(test);
  const telemetry = new TelemetryLogger({ directory: root });

  for (const ms of [0, 59_999, 1, 1]) {
    time.ms += ms;
    telemetry.info(batch);
  }

  assert.deepEqual(
    segments(root).map((path) => readFileSync(path, "utf8").split("\n").length - 1),
    [2, 2],
  );
  assert.deepEqual(numbers(root), [1, 2, 3, 4]);
});

test("where no next segment can be opened, the open one is kept", (test) => {
  const root = directory(test);
  const time = clock(test);
  const telemetry = new TelemetryLogger({ directory: root });
  telemetry.info(batch);
  replace(test, "openSync", () => () => {
    throw Object.assign(new Error(), { code: "EMFILE" });
  });

  time.ms += 60_000;
  telemetry.info(batch);
  telemetry.info(batch);

  assert.deepEqual(numbers(root), [1, 2, 3]);
  assert.equal(segments(root).length, 1);
});

test("beyond its capacity the oldest segments of the folder go", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root, capacityBytes: 2 ** 20 });

  for (let count = 0; count < 400; count++) telemetry.info("x".repeat(9_900));

  const kept = numbers(root);
  const held = segments(root).reduce((sum, path) => sum + statSync(path).size, 0);
  assert.deepEqual(kept, upTo(400, Number(kept[0])));
  assert(held <= 2 ** 20 && held > 2 ** 19, String(held));
});
