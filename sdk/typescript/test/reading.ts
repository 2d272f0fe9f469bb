// What a journal holds, read as others read it.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

// What the environment says to whoever runs the tests is not said to them, nor to the programs that they start.
for (const name of Object.keys(process.env)) if (/^(DD_|TELEMETRY_EVENTS_)/.test(name)) delete process.env[name];

/** A record's members. */
export type Members = Record<string, unknown>;

/** Returns a directory that is there as long as the test. */
export function directory(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "journals-"));
  test.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** Returns the segments of all emitters in a directory, in order, as paths. */
export function segments(root: string): string[] {
  const folders = readdirSync(root).map((name) => join(root, name));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return files.filter((path) => path.endsWith(".jsonl")).sort();
}

/** Returns the whole lines in a directory; what follows the last line feed of a segment is none. */
export function lines(root: string): string[] {
  return segments(root).flatMap((path) => readFileSync(path, "utf8").split("\n").slice(0, -1));
}

/** Returns the records in a directory. */
export function records(root: string): Members[] {
  return lines(root).map((line) => JSON.parse(line));
}

/** Returns the numbers of the records in a directory. */
export function numbers(root: string): unknown[] {
  return records(root).map(({ seq }) => seq);
}

/** Returns the numbers up to one, from 1 or another on. */
export function upTo(last: number, from = 1): number[] {
  return Array.from({ length: last - from + 1 }, (_, at) => from + at);
}

/** Returns a writer that keeps its lines. */
export function kept(): { lines: string[]; records: () => Members[]; write: (line: string) => void } {
  const lines: string[] = [];
  return {
    lines,
    records: () => lines.map((line) => JSON.parse(line)),
    write: (line) => {
      lines.push(line);
    },
  };
}
