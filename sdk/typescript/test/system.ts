// The operating system as a test has it: calls that do something else, and a clock that is set.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { TestContext } from "node:test";

/** Has a call of the operating system do something else, as long as the test. */
export function replace(
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
export function clock(test: TestContext): { ms: number } {
  const time = { ms: 1_000_000 };
  test.mock.method(performance, "now", () => time.ms);
  return time;
}
