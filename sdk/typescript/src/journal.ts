import { closeSync, constants, existsSync, mkdirSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "./alarm.js";
import { FULL, LINE_LIMIT, RETRY_MS, type Source } from "./record.js";

const SEGMENT_MS = 60_000;
// What a file takes beyond its bytes, at most: without it, a thousand small ones would count as nothing.
const BLOCK = 4096;
// Node adds O_CLOEXEC. Windows has no O_NOFOLLOW.
const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW = 0 } = constants;
const NEW_FILE = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW;

// Lines are written one at a time, so that one place to encode them is enough.
const bytes = Buffer.allocUnsafeSlow(LINE_LIMIT);

/**
 * Returns one emitter's journal: segments in a folder of its own, one write for each line (docs/record.md, section 8).
 * When a write has returned, its line survives the end of the process, whatever ends it. `capacity` is what the folder
 * may hold, in bytes. Nothing is made before the first line. What `isToDeliver` is not deleted: a full journal throws.
 *
 * Node.js has no POSIX record locks, so there is no file `lock`.
 */
export function journalOf(directory: string, { service, emitter }: Source, capacity: number, isToDeliver: boolean) {
  const start = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const folder = join(directory, `${service.replace(/[^\w.-]/g, "_")}-${process.pid}-${start}-${emitter}`);
  const path = (number: number) => join(folder, `${String(number).padStart(8, "0")}.jsonl`);
  const segmentBytes = Math.min(8 * 2 ** 20, capacity / 8);
  // The sizes of the segments that are there, by number. The last one may be open.
  const sizes = new Map<number, number>();
  let [number, fd, room, leaveAt] = [0, -1, 0, 0];

  /** Appends a line, whole or not at all. Throws what the operating system reports. */
  function write(line: string, isLastTry = false): void {
    const length = bytes.write(line);
    if (room <= 0 || performance.now() >= leaveAt) attempt(open);
    if (room <= 0) throw FULL;
    try {
      if (writeSync(fd, bytes, 0, length) !== length) throw Object.assign(new Error(), { code: "ENOSPC" });
      room -= length;
      sizes.set(number, (sizes.get(number) ?? 0) + length);
    } catch (error) {
      close(); // it may hold a part of the line by now, and is left for good
      if (isLastTry) throw error;
      open();
      write(line, true);
    }
  }

  /** Leaves the open segment for a new one. Where there can be none, it goes on for a while. */
  function open(): void {
    leaveAt = performance.now() + RETRY_MS;
    // The oldest segments go, so that a whole one more fits. Those that are to be delivered go by delivery.
    if (isToDeliver) for (const each of sizes.keys()) if (!existsSync(path(each))) sizes.delete(each);
    const held = () => [...sizes.values()].reduce((sum, size) => sum + size + BLOCK, segmentBytes);
    while (sizes.size > 1 && held() > capacity) {
      if (fd < 0) room = 0;
      if (isToDeliver) throw FULL;
      remove([...sizes.keys()][0] as number);
    }
    room = segmentBytes;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isToDeliver) closeSync(openSync(join(folder, "to-deliver"), O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600));
    const opened = openSync(path(number + 1), NEW_FILE, 0o600);
    close();
    [fd, leaveAt] = [opened, performance.now() + SEGMENT_MS];
    sizes.set(++number, 0);
  }

  /** Leaves the open segment; where it holds no record, it is deleted. A later line opens another. */
  function close(): void {
    if (fd >= 0) attempt(() => closeSync(fd));
    if (sizes.get(number) === 0) remove(number);
    fd = -1;
  }

  function remove(number: number): void {
    attempt(() => unlinkSync(path(number)));
    sizes.delete(number);
  }

  return { write, close };
}
