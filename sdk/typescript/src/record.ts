import { create, type DescMessage, type Registry } from "@bufbuild/protobuf";
import { alarm } from "./alarm.js";
import { type Fields, type Plan, planOf, printed, quote } from "./canonical.js";
import type { ContextFields } from "./circumstances.js";
import { EncodeError, fail } from "./errors.js";
import * as v1 from "./gen/telemetry_events/v1/index.js";
import type { RedactionKey } from "./redaction.js";

/** The longest line, in bytes with its line feed (docs/record.md, 1.6). */
export const LINE_LIMIT = 900_000;
const STRING_LIMIT = 16_384;
// What an error says at the end of a text, from its frames on (2.2).
const TAIL = /\n {4}at .*$/s;
// No number has more digits: a line is too long, or is not, whatever its number.
const DIGITS = 16;
/** After how many milliseconds what has failed is tried again. */
export const RETRY_MS = 1000;
/** What a journal throws as long as all that it may hold is still to be delivered. */
export const FULL = new Error("the journal is full");
const ENVELOPE = planOf(v1.TelemetryEnvelopeSchema).members;
const CONTEXT = planOf(v1.TelemetryContextSchema).members;

/** Where records come from, as their envelopes say it. */
export type Source = Pick<v1.TelemetryEnvelope, "service" | "hostname" | "ddsource" | "ddtags" | "emitter">;

/** What held when a record was made: what else its envelope says. */
export type Circumstances = Pick<v1.TelemetryEnvelope, "status" | "timestamp" | "error" | "dd">;

/** A line but for its number: what stands before that, and what behind. */
export type Parts = readonly [head: string, rest: string];

/** Takes lines, whole or not at all: a journal, a stream, or whatever has `write`. What it cannot take it throws. */
export type Writer = { write(line: string): unknown };

/** What an emitter emits with. */
export type EmitterMeans = { source: Source; types: Registry; key?: RedactionKey | undefined; writer: Writer };

/** Makes the records of one emitter: docs/record.md, sections 1, 2, 5 and 7. */
export class Emitter {
  // Envelopes without error and trace, by status and type: printed once.
  readonly #printed = Object.values(v1.TelemetryStatus).map(() => new Map<Plan, Parts>());
  readonly #losses = create(v1.TelemetryDroppedEventSchema);
  #seq = 0;
  #retryAt = 0;

  constructor(readonly means: EmitterMeans) {}

  /** Writes a record as the next one, or counts it as refused, and returns whether it was written. */
  append([head, rest]: Parts, isReady = this.settle()): boolean {
    const line = `${head}${++this.#seq}${rest}`;
    try {
      if (isReady) this.means.writer.write(line);
      if (isReady) return true;
    } catch (error) {
      const isDisk = /^(ENOSPC|EDQUOT)$/.test(Object(error).code);
      const reason = error === FULL ? "JOURNAL_FULL" : isDisk ? "DISK_FULL" : "WRITE_FAILED";
      this.#losses.reason = v1.TelemetryDropReason[reason];
      this.#retryAt = performance.now() + RETRY_MS;
    }
    this.#losses.lastDatetime = new Date().toISOString();
    if (this.#losses.droppedCount++ === 0n) this.#losses.firstDatetime = this.#losses.lastDatetime;
    alarm(`records are missing: ${v1.TelemetryDropReason[this.#losses.reason].toLowerCase()}`);
    return false;
  }

  /** Reports what was refused, if anything was, and returns whether it could (7.4). */
  settle(): boolean {
    const { droppedCount } = this.#losses;
    if (droppedCount === 0n || performance.now() < this.#retryAt) return droppedCount === 0n;
    const parts = this.parts(this.#losses, { status: v1.TelemetryStatus.ERROR, timestamp: new Date().toISOString() });
    if (this.append(parts, true)) this.#losses.droppedCount -= droppedCount;
    return this.#losses.droppedCount === 0n;
  }

  /** Returns the line of an event, or of a text, or the one that stands for what cannot be recorded (7.1). */
  parts(what: unknown, then: Circumstances, context?: ContextFields): Parts {
    let plan: Plan | undefined;
    try {
      plan = Object(what) === what ? planOf(this.typeOf(what)) : undefined;
      return plan?.event === "" ? fail("unsupported_type") : this.#line(plan, what, then, context);
    } catch (error) {
      const { kind, field: invalidField } = error instanceof EncodeError ? error : { kind: "unspecified", field: "" };
      const invalidEvent = plan?.event ?? "";
      const errorKind = v1.TelemetryErrorKind[kind.toUpperCase() as keyof typeof v1.TelemetryErrorKind];
      alarm(`${invalidEvent || "a call"} could not be recorded: ${invalidField}: ${kind}`);
      const fault = create(v1.TelemetryInvalidEventSchema, { invalidEvent, invalidField, errorKind });
      return this.#line(planOf(v1.TelemetryInvalidEventSchema), fault, then, context);
    }
  }

  /** Returns an event's type, found by its name. Throws `EncodeError` where there is none. */
  readonly typeOf = (event: unknown): DescMessage =>
    this.means.types.getMessage(Object(event).$typeName) ?? fail("unsupported_type");

  #line(plan: Plan | undefined, what: unknown, then: Circumstances, context?: ContextFields): Parts {
    for (const fit of [String, cut]) {
      const means = { key: this.means.key, quote: fit === cut ? (text: string) => quote(cut(text)) : quote };
      const own = plan ? printed(plan.members, what as Fields, means) : "";
      const [head, rest] = plan ? this.#envelopeOf(plan, then) : this.#envelope(fit(`${what}`.replace(TAIL, "")), then);
      const shown = CONTEXT.filter(({ name }) => context && !plan?.members.some((own) => own.name === name));
      const around = printed(shown, context ?? {}, means);
      const line: Parts = [head, `${rest}${quote(then.timestamp)}${around}${own}}\n`];
      if (Buffer.byteLength(line.join("")) + DIGITS <= LINE_LIMIT) return line;
    }
    return fail("too_long");
  }

  #envelopeOf(plan: Plan, then: Circumstances): Parts {
    const known = then.error || then.dd ? new Map<Plan, Parts>() : this.#printed[then.status];
    const parts = known?.get(plan) ?? this.#envelope(plan.event, then);
    known?.set(plan, parts);
    return parts;
  }

  /** Prints an envelope, without its number, where it is parted, and without the time at its end. */
  #envelope(message: string, then: Circumstances): Parts {
    const text = printed(ENVELOPE, { ...this.means.source, ...then, message, seq: 0n, timestamp: "" }, { quote });
    // No string holds these bytes: it would have a backslash before each quote.
    const [head = "", rest = ""] = text.split(',"seq":0,');
    return [`{${head.slice(1)},"seq":`, `,${rest.slice(0, -2)}`];
  }
}

/** Returns a text cut to 16 384 bytes, if it has more, and marked with how many it had (7.2). */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  let end = STRING_LIMIT;
  while ((Number(bytes[end]) & 0xc0) === 0x80) end--; // within a code point
  return bytes.length <= STRING_LIMIT ? text : `${bytes.toString("utf8", 0, end)}…[cut from ${bytes.length} bytes]`;
}
