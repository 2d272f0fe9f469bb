// Logs 300 events where a file may have few bytes: program-limited.js DIRECTORY

import { create } from "@bufbuild/protobuf";
import { TelemetryLogger } from "telemetry-events";
import * as v1 from "telemetry-events/v1";

// As a program must that is not to be ended by the limit.
process.on("SIGXFSZ", () => {});

const telemetry = new TelemetryLogger({ directory: String(process.argv[2]) });
for (let count = 1; count <= 300; count++) {
  telemetry.info(create(v1.BatchProgressEventSchema, { batchNumber: count }));
}
