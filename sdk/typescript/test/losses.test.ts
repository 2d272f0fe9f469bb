// Where a disk or a writer refuses: lines stay whole, and what is lost takes its number and is reported.

import assert from "node:assert/strict";
import type fs from "node:fs";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { TelemetryLogger } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import { directory, numbers, records, segments } from "./reading.js";
import { clock, replace } from "./system.js";

const batch = create(v1.BatchProgressEventSchema, { protocolName: "ResultsOnly", batchNumber: 3 });

test("a short write leaves the segment for good, and the line goes whole into another", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root });
  telemetry.info(batch);
  let isShort = true;
  replace(
    test,
    "writeSync",
    (real: typeof fs.writeSync) => (fd: number, bytes: Buffer, from: number, length: number) => {
      const written = real(fd, bytes, from, isShort ? 20 : length);
      isShort = false;
      return written;
    },
  );

  telemetry.info(batch);
  telemetry.info(batch);

  assert.deepEqual(numbers(root), [1, 2, 3]);
  assert.deepEqual(
    segments(root).map((path) =>
      readFileSync(path, "utf8")
        .split("\n")
        .map((line) => line.length > 20),
    ),
    [
      [true, false],
      [true, true, false],
    ],
  );
});

test("a segment with a part of a line is never appended to, also where the next one had no room either", (test) => {
  const root = directory(test);
  const time = clock(test);
  const telemetry = new TelemetryLogger({ directory: root });
  telemetry.info(batch);
  let short = 2;
  replace(
    test,
    "writeSync",
    (real: typeof fs.writeSync) => (fd: number, bytes: Buffer, from: number, length: number) => {
      return real(fd, bytes, from, fd !== 2 && short-- > 0 ? 20 : length);
    },
  );

  telemetry.info(batch);
  time.ms += 1000;
  telemetry.info(batch);

  assert.deepEqual(numbers(root), [1, 3, 4]);
  assert.equal(records(root)[1]?.["reason"], "disk_full");
});

test("what cannot be written is counted, takes its number, and is reported before the next record", (test) => {
  const root = directory(test);
  const time = clock(test);
  const telemetry = new TelemetryLogger({ directory: root });
  telemetry.info(batch);
  let fault: string | undefined = "EIO";
  let opened = 0;
  replace(test, "writeSync", (real: typeof fs.writeSync) => (...args: Parameters<typeof fs.writeSync>) => {
    if (fault && args[0] !== 2) throw Object.assign(new Error(), { code: fault });
    return real(...args);
  });
  replace(test, "openSync", (real: typeof fs.openSync) => (...args: Parameters<typeof fs.openSync>) => {
    opened++;
    return real(...args);
  });

  for (const each of ["EIO", "EIO", "ENOSPC"]) {
    fault = each;
    telemetry.info(batch);
    time.ms += 400;
  }
  assert.equal(opened, 1);
  time.ms += 1000;
  telemetry.info(batch); // refused with the report before it, at the second try
  assert.equal(opened, 2);
  fault = undefined;
  telemetry.info(batch); // within the second
  time.ms += 1000;
  telemetry.warn(batch);

  const [, report = {}, last = {}] = records(root);
  assert.deepEqual(numbers(root), [1, 8, 9]);
  assert.deepEqual(
    ["message", "status", "dropped_count", "reason"].map((name) => report[name]),
    ["telemetry_dropped", "error", 6, "disk_full"],
  );
  assert(String(report["first_datetime"]) <= String(report["last_datetime"]));
  assert.equal(last["status"], "warn");
  assert.equal(segments(root).length, 2);
});

test("a journal whose directory is gone refuses, and goes on where it is there again", (test) => {
  const root = join(directory(test), "journals");
  const time = clock(test);
  const telemetry = new TelemetryLogger({ directory: root });
  rmSync(root, { recursive: true });
  writeFileSync(root, "a file");

  telemetry.info(batch);
  rmSync(root);
  time.ms += 1000;
  telemetry.info(batch);

  assert.deepEqual(
    records(root).map(({ seq, message, dropped_count, reason }) => [seq, message, dropped_count, reason]),
    [
      [2, "telemetry_dropped", 1, "write_failed"],
      [3, "batch_progress", undefined, undefined],
    ],
  );
});

test("a writer that fails is reported as soon as it works again", (test) => {
  const time = clock(test);
  const taken: string[] = [];
  let isBroken = true;
  const write = (line: string) => {
    if (isBroken) throw new Error("DOE^JANE");
    taken.push(line);
  };
  const telemetry = new TelemetryLogger({ writer: { write } });

  telemetry.info(batch);
  telemetry.info(batch);
  isBroken = false;
  time.ms += 1000;
  telemetry.close();

  const found = taken.map((line) => JSON.parse(line));
  assert.deepEqual(
    found.map(({ seq, message, dropped_count, reason }) => [seq, message, dropped_count, reason]),
    [[3, "telemetry_dropped", 2, "write_failed"]],
  );
});
