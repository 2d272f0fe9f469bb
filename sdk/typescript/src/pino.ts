import { isMessage } from "@bufbuild/protobuf";
import type { LoggerOptions } from "pino";
import type { TelemetryLogger } from "./logger.js";

// By tens of pino's numbers.
const LEVELS = ["debug", "debug", "debug", "info", "warn", "error", "critical"] as const;

/**
 * Returns a hook for pino: `pino({ hooks: { logMethod: telemetryHook(telemetry) } })`.
 *
 * `logger.info(event)`, `logger.error(event, error)` and `logger.error({ event, err: error })` become records of
 * `telemetry`, at pino's level; all else stays pino's. A level between two counts as the lower one.
 */
export function telemetryHook(telemetry: TelemetryLogger): NonNullable<LoggerOptions["hooks"]>["logMethod"] {
  return function (args, method, level) {
    const [first, second] = args as unknown[];
    const { event, err } = isMessage(first) ? { event: first, err: second } : Object(first);
    if (isMessage(event)) telemetry.log(LEVELS[Math.floor(level / 10)] ?? "critical", event, err);
    else method.apply(this, args);
  };
}
