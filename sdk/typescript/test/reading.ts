// What a journal holds, read as others read it.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

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
