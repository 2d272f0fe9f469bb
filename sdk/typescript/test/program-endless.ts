// Logs until it is killed, and says after each call how many there were: program-endless.js DIRECTORY

import { writeSync } from "node:fs";
import { create } from "@bufbuild/protobuf";
import { TelemetryLogger } from "telemetry-events";
import * as v1 from "telemetry-events/v1";

const telemetry = new TelemetryLogger({ directory: String(process.argv[2]) });
for (let count = 1; ; count++) {
  telemetry.info(create(v1.BatchProgressEventSchema, { batchNumber: count }));
  writeSync(1, `${count}\n`);
}
