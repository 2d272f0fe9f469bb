import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { TelemetryError } from "./errors.js";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const SUFFIX = /(\.nii\.gz|\.(dcm|nii|nrrd|svs|ndpi|tiff?|png|jpe?g|e2e|fda|sdb|csv|parquet|json|xml|pdf|zip))$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a function's name has none
const FRAME = /^[ \t]*File "([^"]*)", line ([0-9]{1,9}), in ([^\x00-\x20"\x7f]+)[ \t\r]*$/;
const FRAME_LIMIT = 30;
const STACK_LIMIT = 16_384;

/**
 * The secret that turns a file name or a person into a token, always the same one
 * (docs/canonical-json.md, section 8). Nothing that prints, inspects, clones or serialises a key shows the secret.
 */
export class RedactionKey {
  readonly #secret: KeyObject;
  /** The key's id, which stands in each token and is no secret. */
  readonly id: string;

  /** Throws `TelemetryError` unless `id` is 1 to 8 characters of `a-z0-9` and `secret` at least 16 bytes, naming neither. */
  constructor(id: string, secret: Uint8Array) {
    const isUsable = typeof id === "string" && /^[a-z0-9]{1,8}$/.test(id) && secret instanceof Uint8Array;
    if (!isUsable || secret.length < 16) throw new TelemetryError("key: not 1 to 8 of a-z0-9, and at least 16 bytes");
    this.id = id;
    this.#secret = createSecretKey(secret);
  }

  /** Returns the key of a text `<id>:<secret>`, as `TELEMETRY_EVENTS_KEY` holds it. White space around it does not count. */
  static parse(text: string): RedactionKey {
    const [id = "", ...secret] = text.trim().split(":");
    return new RedactionKey(id, Buffer.from(secret.join(":").toWellFormed()));
  }

  /** Returns `h1:<id>:` and the first 130 bits of HMAC-SHA256 over the text as lower-case base32. */
  token(text: string): string {
    return `h1:${this.id}:${base32(createHmac("sha256", this.#secret).update(text.toWellFormed()).digest()).slice(0, 26)}`;
  }
}

/** Returns bytes as lower-case base32 (RFC 4648) without padding; bits that fill no character are left out. */
export function base32(bytes: Buffer): string {
  let text = "";
  // Five bits, out of two bytes.
  for (let bit = 0; bit + 5 <= bytes.length * 8; bit += 5)
    text += BASE32[(((Number(bytes[bit >> 3]) << 8) | (bytes[(bit >> 3) + 1] ?? 0)) >> (11 - (bit & 7))) & 31];
  return text;
}

/** Replaces a string's value by what may be printed. */
export type Redact = (text: string, key?: RedactionKey) => string;

/** Returns what stands for a person (8.2, 8.3, 8.6). */
export const person: Redact = (text, key) => text && (key ? key.token(text) : "redacted");

/** Returns what stands for a file: as for a person, and the file's suffix, of at most 8 characters, if it is known (8.4, 8.5). */
export const fileName: Redact = (path, key) =>
  path && person(path, key) + (SUFFIX.exec(path.slice(-8))?.[0].toLowerCase() ?? "");

/** Returns the frames of a stack and nothing else: the deepest 30 of them, within 16 KiB (8.8 to 8.11). */
export const stackFrames: Redact = (text) => {
  const frames: string[] = [];
  for (const line of text.toWellFormed().split("\n").reverse()) {
    const [, path, number, name] = (line.includes('File "') && FRAME.exec(line)) || [];
    const short = path?.replaceAll("\\", "/").split("/").filter(Boolean).slice(-2).join("/");
    if (short !== undefined && frames.length < FRAME_LIMIT)
      frames.unshift(`File "${short}", line ${number}, in ${name}`);
  }
  while (Buffer.byteLength(frames.join("\n")) > STACK_LIMIT) frames.shift();
  return frames.join("\n");
};
