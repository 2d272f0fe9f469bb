import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmdirSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { isAbsolute, join, parse, resolve } from "node:path";
import type { Registry } from "@bufbuild/protobuf";
import { TelemetryError } from "./errors.js";
import { journalOf } from "./journal.js";
import type { Writer } from "./record.js";
import { base32, RedactionKey } from "./redaction.js";

/** What a logger is configured with: options first, the environment next, and then what is usual. What is empty counts as none. */
export interface TelemetryOptions {
  /** Name of the service; `DD_SERVICE`, else the program's name. */
  service?: string;
  /** Environment, such as `prod`; `DD_ENV`. A tag. */
  env?: string;
  /** Version of the service; `DD_VERSION`. A tag. */
  version?: string;
  /** Further tags, such as `site:north`; `DD_TAGS`, separated by commas. */
  tags?: readonly string[];
  /** Name of the machine; `DD_HOSTNAME`, else what the machine says. */
  hostname?: string;
  /** Technology that the records come from; the service. */
  ddsource?: string;
  /** Where the journal's folder is made; `TELEMETRY_EVENTS_DIR`, else `telemetry-events` in the user's state directory. */
  directory?: string;
  /** Takes the lines in place of a journal. A stream keeps in memory what it has not written yet. */
  writer?: Writer;
  /** Key of the tokens that stand for file names and persons; `TELEMETRY_EVENTS_KEY`. Without one they become `redacted`. */
  key?: RedactionKey;
  /** What the journal's folder may hold, in bytes: 1 GiB. Beyond it the oldest segments go. */
  capacityBytes?: number;
  /**
   * `none` where another process delivers the journal (docs/delivery.md): no segment goes before, and a full journal
   * refuses records. `TELEMETRY_EVENTS_SHIP`, of which `thread` is for other languages; else `never`.
   */
  ship?: "none" | "never";
  /** Where the types of your own events are found; those of this package are always there. */
  registry?: Registry;
  /** Returns the active trace and span, in hexadecimal: with OpenTelemetry `() => trace.getActiveSpan()?.spanContext()`. */
  trace?: () => { traceId: string; spanId: string } | undefined;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}$/;

/** Returns where records come from, what redacts them, and where they go. Throws `TelemetryError` for what cannot be used. */
export function resolved(options: TelemetryOptions) {
  const { capacityBytes = 2 ** 30, tags = text("DD_TAGS").split(/[,\s]+/) } = options;
  const key = options.key ?? (text("TELEMETRY_EVENTS_KEY") && RedactionKey.parse(text("TELEMETRY_EVENTS_KEY")));
  const ship = options.ship || text("TELEMETRY_EVENTS_SHIP").replace(/^thread$/, "") || "never";
  const service = text("DD_SERVICE", options.service) || program();
  const ddsource = options.ddsource || service;
  const host = text("DD_HOSTNAME", options.hostname) || hostname().replace(/[^\w.:-]/g, "_");
  const labels = [`env:${text("DD_ENV", options.env)}`, `version:${text("DD_VERSION", options.version)}`];
  const ddtags = [...labels, ...tags].filter((tag) => !/^(|env:|version:)$/.test(tag)).map(cleaned);
  check("tags", Array.isArray(tags) && ddtags.length <= 100 && ddtags.every((tag) => tag.length <= 200));
  check("service or ddsource", NAME.test(service) && NAME.test(ddsource));
  check("hostname", /^[A-Za-z0-9_.:-]{1,255}$/.test(host));
  check("key", key === "" || key instanceof RedactionKey);
  check("capacityBytes", Number.isSafeInteger(capacityBytes) && capacityBytes >= 2 ** 20);
  check("ship", /^(none|never)$/.test(ship));
  const source = { service, ddsource, hostname: host, ddtags: ddtags.join(), emitter: base32(randomBytes(10)) };
  const journal = options.writer ? undefined : journalOf(directoryOf(options), source, capacityBytes, ship === "none");
  return { source, key: key || undefined, journal };
}

const text = (variable: string, given?: string) => given || (process.env[variable]?.trim() ?? "");

/** Returns a tag as docs/record.md, 3.2, has it: nothing in it can begin another. */
const cleaned = (tag: string) => tag.replace(/[A-Z]/g, (each) => each.toLowerCase()).replace(/[^a-z0-9_:./-]/gu, "_");

function check(option: string, isUsable: boolean): void {
  if (!isUsable) throw new TelemetryError(`${option}: cannot be used`);
}

/** Returns the name of the program that runs, such as `worker` for `worker.js`. */
const program = () => /[A-Za-z0-9][\w.-]{0,99}/.exec(parse(process.argv[1] ?? "").name)?.[0] ?? "node";

/** Returns the journal's directory, in which a folder can be made: that is found out now, and not at the first event. */
function directoryOf(options: TelemetryOptions): string {
  const state = text("XDG_STATE_HOME");
  const usual = join(isAbsolute(state) ? state : join(homedir(), ".local", "state"), "telemetry-events");
  const directory = resolve(text("TELEMETRY_EVENTS_DIR", options.directory) || usual);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    rmdirSync(mkdtempSync(join(directory, ".probe-")));
    return directory;
  } catch (error) {
    throw new TelemetryError(`directory: ${directory}: ${Object(error).code}`);
  }
}
