// A worker thread that logs 500 events to the directory that it is given.

import { workerData } from "node:worker_threads";
import { create } from "@bufbuild/protobuf";
import { TelemetryLogger } from "telemetry-events";
import * as v1 from "telemetry-events/v1";

const telemetry = new TelemetryLogger({ directory: workerData });
for (let count = 1; count <= 500; count++) {
  telemetry.info(create(v1.BatchProgressEventSchema, { batchNumber: count }));
}
