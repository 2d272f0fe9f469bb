import { writeSync } from "node:fs";

let next = 0;

/**
 * Says on standard error what goes wrong with telemetry itself, once a minute at most. Never throws.
 * The words hold nothing of any event.
 */
export function alarm(problem: string): void {
  if (performance.now() < next) return;
  next = performance.now() + 60_000;
  // Not process.stderr, which reports a closed pipe later, as an error that nobody handles.
  attempt(() => writeSync(2, `telemetry-events: ${problem}\n`));
}

/** Does what may fail without harm. */
export function attempt(work: () => unknown): void {
  try {
    work();
  } catch {}
}
