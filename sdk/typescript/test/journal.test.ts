import assert from "node:assert/strict";
import fs, { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { TelemetryLogger } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import { directory, lines, records, segments } from "./reading.js";

const batch = create(v1.BatchProgressEventSchema, { protocolName: "ResultsOnly", batchNumber: 3 });
const numbers = (root: string) => records(root).map(({ seq }) => seq);
const upTo = (count: number, from = 1) => Array.from({ length: count - from + 1 }, (_, at) => from + at);

/** Has a call of the operating system do something else, as long as the test. */
function replace(
  test: TestContext,
  name: "writeSync" | "openSync" | "mkdirSync" | "existsSync",
  work: (real: never) => unknown,
): void {
  const real = fs[name];
  Object.assign(fs, { [name]: work(real as never) });
  syncBuiltinESMExports();
  test.after(() => {
    Object.assign(fs, { [name]: real });
    syncBuiltinESMExports();
  });
}

/** Returns a clock that the test sets, in milliseconds. */
function clock(test: TestContext): { ms: number } {
  const time = { ms: 1_000_000 };
  test.mock.method(performance, "now", () => time.ms);
  return time;
}

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

test("beyond its capacity the oldest segments of the folder go", (test) => {
  const root = directory(test);
  const telemetry = new TelemetryLogger({ directory: root, capacityBytes: 2 ** 20 });

  for (let count = 0; count < 400; count++) telemetry.info("x".repeat(9_900));

  const kept = numbers(root);
  const held = segments(root).reduce((sum, path) => sum + statSync(path).size, 0);
  assert.deepEqual(kept, upTo(400, Number(kept[0])));
  assert(held <= 2 ** 20 && held > 2 ** 19, String(held));
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

test("there is no lock, as Node.js has no POSIX record locks", (test) => {
  const root = directory(test);
  new TelemetryLogger({ directory: root }).info(batch);

  assert.deepEqual(readdirSync(dirname(String(segments(root)[0]))), ["00000001.jsonl"]);
});

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
