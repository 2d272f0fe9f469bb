import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import pino from "pino";
import { TelemetryLogger } from "telemetry-events";
import { telemetryHook } from "telemetry-events/pino";
import * as v1 from "telemetry-events/v1";
import { kept } from "./reading.js";

const batch = create(v1.BatchProgressEventSchema, { protocolName: "ResultsOnly", batchNumber: 3 });

function loggers(options: pino.LoggerOptions = {}) {
  const [telemetry, others] = [kept(), kept()];
  const hooks = { logMethod: telemetryHook(new TelemetryLogger({ service: "worker", writer: telemetry })) };
  return { logger: pino({ ...options, hooks }, others), telemetry, others };
}

test("an event that pino logs is a record, at pino's level, and no line of pino's", () => {
  const { logger, telemetry, others } = loggers({ level: "trace", customLevels: { notice: 35, loud: 99 } });

  for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) logger[level](batch as object);
  logger.child({ a: 1 }).info(batch as object);
  (logger as unknown as Record<string, (event: object) => void>)["notice"]?.(batch);
  (logger as unknown as Record<string, (event: object) => void>)["loud"]?.(batch);

  assert.deepEqual(
    telemetry.records().map(({ status, event }) => [status, event]),
    ["debug", "debug", "info", "warn", "error", "critical", "info", "info", "critical"].map((status) => [
      status,
      "batch_progress",
    ]),
  );
  assert.deepEqual(others.lines, []);
});

test("the error beside an event is recorded, in either of pino's forms", () => {
  const { logger, telemetry } = loggers();

  logger.error(batch as object, new TypeError("DOE^JANE") as never);
  logger.error({ event: batch, err: new TypeError("DOE^JANE") });

  assert.deepEqual(
    telemetry.records().map((record) => (record["error"] as { kind: string }).kind),
    ["TypeError", "TypeError"],
  );
  assert(!telemetry.lines.join("").includes("DOE"));
});

test("what is no event stays pino's, and a level that pino leaves out is left out", () => {
  const { logger, telemetry, others } = loggers();

  logger.debug(batch as object);
  logger.info("a text with %d", 7);
  logger.info({ event: "a name" }, "a text");
  logger.warn(undefined as never);

  assert.deepEqual(telemetry.lines, []);
  assert.deepEqual(
    others.records().map(({ msg }) => msg),
    ["a text with 7", "a text", undefined],
  );
});
