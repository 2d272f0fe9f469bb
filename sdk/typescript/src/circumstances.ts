import { AsyncLocalStorage } from "node:async_hooks";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { attempt } from "./alarm.js";
import * as v1 from "./gen/telemetry_events/v1/record_pb.js";

/** What the surrounding work sets for all records made within it: the fields of `TelemetryContext`, all of them texts. */
export type ContextFields = MessageInitShape<typeof v1.TelemetryContextSchema>;

/** Holds the context that the surrounding work has set. */
export const contexts = new AsyncLocalStorage<ContextFields>();

/**
 * Runs `work`, and all that it awaits or starts, so that its records carry these fields; an event's own field of
 * the same name wins. Contexts nest: an inner one adds fields, and overrides those of the same name. A field that is
 * no text is left out. Returns what `work` returns.
 */
export function telemetryContext<T>(fields: ContextFields, work: () => T): T {
  const texts = Object.entries(fields ?? {}).filter(([, value]) => typeof value === "string");
  return contexts.run({ ...contexts.getStore(), ...Object.fromEntries(texts) }, work);
}

/** Returns what a record tells of a trace (docs/record.md, section 4). Throws whatever a tracer does wrong. */
export function toldTrace(trace: { traceId: string; spanId: string } | undefined): v1.TelemetryTrace | undefined {
  const [id, span] = trace ? [BigInt(`0x${trace.traceId}`), BigInt(`0x${trace.spanId}`)] : [0n, 0n];
  const traceId = id < 2n ** 64n ? `${id}` : id.toString(16).padStart(32, "0");
  return id && span ? create(v1.TelemetryTraceSchema, { traceId, spanId: `${span}` }) : undefined;
}

// A stack begins with what the error says: its class, and the message. Node puts a code behind the class.
const HEAD = /^[\w$]+(?: \[\w+\])?/;
const PLACE = /^ {4}at (?:(?:async |new )*(.*?)(?: \[as .*\])? \()?(.*):(\d{1,9}):\d+\)?$/;

/** Returns what a record tells of an error (docs/record.md, section 6), which is not what the error says. Never throws. */
export function toldError(error: unknown): v1.TelemetryException {
  const told = create(v1.TelemetryExceptionSchema, { kind: typeof error });
  attempt(() => Object.assign(told, { kind: className(error), stack: frames(error as Error) })); // it can be made of anything
  return told;
}

/** Returns the name of a value's class, or of the nearest base whose name is one. The property `name` may hold anything. */
function className(of: unknown): string {
  if (Object(of) !== of) return typeof of;
  return /^[\w$]{1,100}$/.exec(Object(of).constructor?.name ?? "")?.[0] ?? className(Object.getPrototypeOf(of));
}

/**
 * Returns an error's frames, the outermost first. Where its stack does not begin with its message, as when that was
 * changed later, nobody can say where the message ends, and there are none. A function made at run time may have any
 * name, and code that was never a file any path.
 */
function frames({ message, stack = "" }: Error): string {
  const said = `${HEAD.exec(stack)?.[0]}${message && `: ${message}`}\n`;
  const lines = stack.startsWith(said) ? stack.slice(said.length).split("\n").reverse() : [];
  const frames = lines.map((line) => {
    const [, call = "", path = "", number] = PLACE.exec(line) ?? [];
    const [file, name] = [path.startsWith("eval at ") ? "<unknown>" : path, /^[\w$.<>#]+$/.exec(call)?.[0]];
    return `File "${file}", line ${number}, in ${name ?? "<anonymous>"}`;
  });
  return frames.join("\n");
}
