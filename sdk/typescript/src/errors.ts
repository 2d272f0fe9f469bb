import type { TelemetryErrorKind } from "./gen/telemetry_events/v1/telemetry_pb.js";

/**
 * The stable names of the faults, the same in every language (docs/canonical-json.md, section 7), such as `not_finite`.
 * `too_long` is the record's own (docs/record.md, 7.3).
 */
export type ErrorKind = Lowercase<Exclude<keyof typeof TelemetryErrorKind, "UNSPECIFIED">>;

/** Any error that this package raises on purpose, such as one of configuration. */
export class TelemetryError extends Error {}

/** A message has no canonical form. The value at fault is in no part of the error, as it may identify a patient. */
export class EncodeError extends TelemetryError {
  constructor(
    /** Why there is none. */
    readonly kind: ErrorKind,
    /** The path of the field at fault, such as `branches[1].weight`; empty where it is the message itself. */
    readonly field = "",
  ) {
    super(field ? `${field}: ${kind}` : kind);
  }
}

/** Throws the error of a value, whose path is not known yet. */
export function fail(kind: ErrorKind): never {
  throw new EncodeError(kind);
}

/** Throws an error as seen from further out: the path of an `EncodeError` gains `step`, a name or `[0]`. */
export function failWithin(step: string, error: unknown): never {
  const field = (error: EncodeError) => step + error.field.replace(/^(?=[^[])/, ".");
  throw error instanceof EncodeError ? new EncodeError(error.kind, field(error)) : error;
}
