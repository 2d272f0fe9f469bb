import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { directory, records, segments } from "./reading.js";

test("a name is in no byte on disk or standard error, however odd what it comes in, and no call throws", (test) => {
  const root = directory(test);
  const program = fileURLToPath(new URL("program-canary.js", import.meta.url));

  const child = spawnSync(process.execPath, [program, root, "DOE^JANE"]);

  const bytes = Buffer.concat(segments(root).map((path) => readFileSync(path)));
  assert.deepEqual([child.status, String(child.stdout)], [0, "done\n"], String(child.stderr));
  assert(records(root).length > 500);
  for (const secret of ["DOE", "JANE"]) {
    assert(!bytes.includes(secret), String(bytes.subarray(bytes.indexOf(secret) - 300, bytes.indexOf(secret) + 50)));
    assert(!child.stderr.includes(secret));
  }
});

test("standard error is told once a minute at most", (test) => {
  const root = directory(test);
  const program = fileURLToPath(new URL("program-canary.js", import.meta.url));

  const child = spawnSync(process.execPath, [program, root, "DOE^JANE"]);

  assert.match(String(child.stderr), /^telemetry-events: [a-z_ ]+ could not be recorded: [a-z_]*: [a-z_]+\n$/);
});
