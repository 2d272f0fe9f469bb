/** Typed telemetry events: defined once in protobuf, emitted by every language as the same bytes. */

export { canonicalJson } from "./canonical.js";
export { type ContextFields, telemetryContext } from "./circumstances.js";
export { EncodeError, type ErrorKind, TelemetryError } from "./errors.js";
export { type Level, type Loggable, TelemetryLogger } from "./logger.js";
export type { Writer } from "./record.js";
export { RedactionKey } from "./redaction.js";
export type { TelemetryOptions } from "./settings.js";
