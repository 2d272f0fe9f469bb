// A service that takes on one task, and logs what becomes of it: main.js TASK_ID

import { create } from "@bufbuild/protobuf";
import { TelemetryLogger, telemetryContext } from "telemetry-events";
import * as v1 from "telemetry-events/v1";

const STACK = `Traceback (most recent call last):
  File "/srv/app/worker/run.py", line 12, in run
    raise ValueError("DOE^JANE")
ValueError: DOE^JANE`;

const [taskId = ""] = process.argv.slice(2);
const telemetry = new TelemetryLogger({ service: process.env["DD_SERVICE"] || "polyglot-typescript" });

telemetryContext({ taskId }, () => {
  telemetry.info(
    create(v1.TaskAcceptedEventSchema, {
      taskId,
      podName: "pod-7",
      modellerUsername: "dr.jones",
      datasourceType: "DICOMSource",
      appVersion: "1.4.2",
      datetime: "2026-11-23T10:00:00.000Z",
    }),
  );
  telemetry.info(create(v1.BatchProgressEventSchema, { protocolName: "ResultsOnly", batchNumber: 3 }));
  telemetry.info(
    create(v1.MissingColumnEventSchema, { fileName: "/data/ct/DOE^JANE^19700101.DCM", columnName: "Pixel Data" }),
  );
  telemetry.info(
    create(v1.TrialFilterSummaryEventSchema, {
      step: "age",
      filterName: "Älter als 40 – ≥",
      rowsMatched: 12n,
      rowsFailed: 3n,
      rowsMissing: 1n,
      matchingColumnCount: 2n,
      missingColumns: ["PatientAge", "StudyDate"],
    }),
  );
  telemetry.error(
    create(v1.TaskErrorEventSchema, {
      taskId,
      podName: "pod-7",
      modellerUsername: "dr.jones",
      errorType: "ValueError",
      stacktraceFrames: STACK,
    }),
  );
});
