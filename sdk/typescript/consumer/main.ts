import { create, createRegistry } from "@bufbuild/protobuf";
import { canonicalJson, EncodeError, TelemetryLogger, telemetryContext } from "telemetry-events";
import { BatchProgressEventSchema } from "telemetry-events/v1";
import { file_visit, VisitEndEventSchema } from "./gen/visit_pb.js";

const telemetry = new TelemetryLogger({ service: "clinic", registry: createRegistry(file_visit) });
const visit = create(VisitEndEventSchema, { patient: "DOE^JANE", duration: 1e21 });

telemetryContext({ taskId: "t" }, () => telemetry.info(visit));
telemetry.error(create(BatchProgressEventSchema), new Error("DOE^JANE"));

console.log(Buffer.from(canonicalJson(VisitEndEventSchema, visit)).toString());
try {
  canonicalJson(VisitEndEventSchema, create(VisitEndEventSchema, { duration: Number.NaN }));
} catch (error) {
  if (error instanceof EncodeError) console.log(error.kind, error.field);
}
