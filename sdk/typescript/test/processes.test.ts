import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { directory, numbers, records, segments, upTo } from "./reading.js";

const program = (name: string) => fileURLToPath(new URL(`program-${name}.js`, import.meta.url));

test("a full disk leaves whole lines, and the report of what is missing once there is room", (test) => {
  const root = directory(test);

  // Of a file, 16 KiB and no more; the program then writes to other files, as it would on another disk.
  const child = spawnSync("bash", ["-c", 'ulimit -f 16; exec node "$0" "$1"', program("limited"), root]);

  assert.equal(child.status, 0, String(child.stderr));
  assert.deepEqual(numbers(root), upTo(300));
  assert(segments(root).length >= 5);
  assert(segments(root).every((path) => statSync(path).size <= 16 * 1024));
  assert(segments(root).some((path) => !readFileSync(path, "utf8").endsWith("\n")));
});

test("no record that was accepted is lost by kill -9", async (test) => {
  const root = directory(test);
  const child = spawn(process.execPath, [program("endless"), root], { stdio: ["ignore", "pipe", "inherit"] });
  let accepted = 0;
  for await (const line of createInterface(child.stdout)) {
    accepted = Number(line);
    if (accepted === 500) child.kill("SIGKILL");
  }

  const found = numbers(root);
  assert(accepted >= 500);
  assert(found.length >= accepted && found.length <= accepted + 1);
  assert.deepEqual(found, upTo(found.length));
});

test("each of many worker threads is an emitter of its own, and every record is there once, without gaps", async (test) => {
  const root = directory(test);
  const ends = upTo(8).map(async () => {
    const worker = new Worker(program("worker"), { workerData: root });
    const [status] = await Promise.all([new Promise((resolve) => worker.once("exit", resolve))]);
    return status;
  });

  assert.deepEqual(await Promise.all(ends), Array(8).fill(0));
  const byEmitter = new Map<unknown, unknown[]>();
  for (const { emitter, seq } of records(root)) byEmitter.set(emitter, [...(byEmitter.get(emitter) ?? []), seq]);
  assert.equal(byEmitter.size, 8);
  for (const found of byEmitter.values()) assert.deepEqual(found, upTo(500));
});
