import { createRegistry, type DescMessage, type Message } from "@bufbuild/protobuf";
import { alarm, attempt } from "./alarm.js";
import { canonicalJson } from "./canonical.js";
import { contexts, toldError, toldTrace } from "./circumstances.js";
import * as v1 from "./gen/telemetry_events/v1/index.js";
import { type Circumstances, Emitter, type Writer } from "./record.js";
import { resolved, type TelemetryOptions } from "./settings.js";

const { DEBUG: debug, INFO: info, WARN: warn, ERROR: error, CRITICAL: critical } = v1.TelemetryStatus;
const STATUS = { debug, info, warn, error, critical };
const isMessageType = (each: object): each is DescMessage => "kind" in each && each.kind === "message";
const TYPES = createRegistry(...Object.values<object>(v1).filter(isMessageType));

/** How severe a record is. */
export type Level = keyof typeof STATUS;

/** What is logged: an event, a text, or an error alone, whose class then is the text. */
export type Loggable = Message | string | Error;

/**
 * Logs events, and texts too: each as one line, on disk when the call returns, in a journal of the logger's own.
 * No call throws, whatever it is given, and none waits for a network.
 *
 * Each logger is an emitter; a program has one, and each of its workers has one.
 */
export class TelemetryLogger {
  readonly #emitter: Emitter;
  readonly #trace: TelemetryOptions["trace"];
  /** Leaves the journal's open segment. Nothing has to be flushed, and a later record opens another. */
  readonly close: () => void;

  /** Throws `TelemetryError` for what cannot be used. */
  constructor(options: TelemetryOptions = {}) {
    const { source, key, journal } = resolved(options);
    const types = options.registry ? createRegistry(options.registry, TYPES) : TYPES;
    this.#emitter = new Emitter({ source, types, key, writer: options.writer ?? (journal as Writer) });
    this.#trace = options.trace;
    this.close = () => this.#emitter.settle() && journal?.close();
  }

  /** Logs what is of interest to those who look for a fault. */
  readonly debug = (what: Loggable, error?: unknown): void => this.log("debug", what, error);

  /** Logs the ordinary course of events. */
  readonly info = (what: Loggable, error?: unknown): void => this.log("info", what, error);

  /** Logs something to look at, from which the program went on. */
  readonly warn = (what: Loggable, error?: unknown): void => this.log("warn", what, error);

  /** Logs that something failed. Of the error its class and its frames are recorded, and nothing that it says. */
  readonly error = (what: Loggable, error?: unknown): void => this.log("error", what, error);

  /** Logs that the program cannot go on. */
  readonly critical = (what: Loggable, error?: unknown): void => this.log("critical", what, error);

  /** Logs at any level. */
  log(level: Level, what: Loggable, error?: unknown): void {
    try {
      const then: Circumstances = { status: STATUS[level] ?? info, timestamp: now() };
      if (error !== undefined || what instanceof Error) then.error = toldError(error === undefined ? what : error);
      if (this.#trace) attempt(() => Object.assign(then, { dd: toldTrace(this.#trace?.()) }));
      const said = what instanceof Error ? then.error?.kind : what;
      this.#emitter.append(this.#emitter.parts(said, then, contexts.getStore()));
    } catch {
      attempt(() => alarm("a call could not be recorded"));
    }
  }

  /** Returns the canonical form of an event as this logger records it: its type is found by its name. Throws `EncodeError`. */
  canonicalJson(event: Message): Uint8Array {
    return canonicalJson(this.#emitter.typeOf(event), event, this.#emitter.means.key);
  }
}

let last = { ms: 0, printed: "" };

/** Returns the time as a record has it, which is the same for many a call. */
function now(): string {
  const ms = Date.now();
  if (ms !== last.ms) last = { ms, printed: new Date(ms).toISOString() };
  return last.printed;
}
