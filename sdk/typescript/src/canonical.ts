import { type DescField, type DescMessage, getOption, type MessageShape, ScalarType } from "@bufbuild/protobuf";
import { Edition, FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { fail, failWithin } from "./errors.js";
import { sensitivity } from "./gen/telemetry_events/v1/options_pb.js";
import { fileName, person, type Redact, type RedactionKey, stackFrames } from "./redaction.js";

type DescEnum = NonNullable<DescField["enum"]>;

/** With what is printed: the key that redacts, and what prints strings. */
type Means = { readonly key?: RedactionKey | undefined; readonly quote: (text: string) => string };

/** Prints a value in JSON, or a member with a comma before it. Throws `EncodeError`. */
type Print<T = unknown> = (value: T, means: Means) => string;

/** The fields of a message, by their names in TypeScript. */
export type Fields = Record<string, unknown>;

/** What prints a member, with a comma before it, and its name in the schema. */
type Member = { readonly name: string; readonly print: Print<Fields> };

/**
 * How the messages of one type are printed: worked out once, from the type's descriptor. `event` is the name of the
 * event that the type is bound to, empty where it is none.
 */
export type Plan = { readonly event: string; readonly members: readonly Member[] };

const plans = new WeakMap<DescMessage, Plan>();

/**
 * Returns the one canonical form of an event, or of any message of a schema that keeps the rules: UTF-8, redacted.
 *
 * `key` makes the tokens that stand for file names and persons; without it they become `redacted`. Throws
 * `EncodeError`, whose `kind` and `field` say what is wrong and where. The rules are those of docs/canonical-json.md.
 */
export function canonicalJson<T extends DescMessage>(type: T, event: MessageShape<T>, key?: RedactionKey): Uint8Array {
  if (Object(event).$typeName !== type.typeName) fail("unsupported_type");
  const bytes = Buffer.from(`${printed(planOf(type).members, event as unknown as Fields, { key, quote }) || ","}}`);
  bytes[0] = 0x7b; // a brace, in place of the first comma
  return bytes;
}

/** Prints members of a message, each with a comma before it. */
export function printed(members: readonly Member[], message: Fields, means: Means): string {
  let text = "";
  let at = 0;
  try {
    for (; at < members.length; at++) text += (members[at] as Member).print(message, means);
  } catch (error) {
    failWithin((members[at] as Member).name, error);
  }
  return text;
}

/** Returns the plan of a type. */
export function planOf(type: DescMessage): Plan {
  const known = plans.get(type);
  if (known) return known;
  const [number, event] = boundName(type);
  const members: Member[] = [];
  const plan = { event, members };
  plans.set(type, plan);
  // Google's messages print by rules of their own.
  const isStrange = type.typeName.startsWith("google.protobuf.") || type.file.edition !== Edition.EDITION_PROTO3;
  if (isStrange || (type.name.endsWith("Event") && !event)) members.push({ name: "", print: unsupported });
  for (const field of type.fields.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    members.push({ name: field.name, print: event && field.number === 1 ? bound(event, number) : member(field) });
  return plan;
}

/** Returns number and text of the name that has an event's letters (docs/schema-rules.md, event-binding). */
function boundName(type: DescMessage): [number: unknown, text: string] {
  const field = type.fields.find(({ number, name }) => number === 1 && name === "event");
  const letters = (text: string) => text.replaceAll("_", "").toLowerCase();
  const names = field?.fieldKind === "enum" && !type.parent ? [...texts(field.enum)] : [];
  return names.find(([, text]) => `${letters(text)}event` === letters(type.name)) ?? [0, ""];
}

function bound(name: string, number: unknown): Print<Fields> {
  const print = `,"event":"${name}"`;
  return ({ event }) =>
    event === 0 || event === number ? print : fail(typeof event === "number" ? "wrong_event" : "wrong_type");
}

function member(field: DescField): Print<Fields> {
  const { name, localName, fieldKind, presence } = field;
  const one = value(field);
  if (one === unsupported) return unsupported;
  const print = fieldKind === "list" ? list(one) : one;
  const start = `,"${name}":`;
  const always: Print<Fields> = (message, means) => start + print(message[localName], means);
  if (presence === FeatureSet_FieldPresence.IMPLICIT) return always;
  return (message, means) => (message[localName] === undefined ? "" : always(message, means));
}

function value(field: DescField): Print {
  if (field.fieldKind === "map" || field.oneof) return unsupported;
  if (field.enum) return enumValue(field.enum);
  if (field.message) return nested(field.message);
  const isText = field.scalar === ScalarType.STRING;
  return (isText ? STRINGS[getOption(field, sensitivity)] : SCALARS[field.scalar]) ?? unsupported;
}

function nested(type: DescMessage): Print {
  const plan = planOf(type);
  const isOfType = (value: unknown): value is Fields => Object(value).$typeName === type.typeName;
  return (value, means) => (isOfType(value) ? `{${printed(plan.members, value, means).slice(1)}}` : fail("wrong_type"));
}

function list(print: Print): Print {
  return (values, means) => {
    if (!Array.isArray(values)) return fail("wrong_type");
    const printed: string[] = [];
    try {
      for (const each of values) printed.push(print(each, means));
    } catch (error) {
      failWithin(`[${printed.length}]`, error);
    }
    return `[${printed.join()}]`;
  };
}

// What JSON escapes, and surrogates, which may be unpaired.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const ODD = /["\\\x00-\x1f\ud800-\udfff]/;

/** Prints a string. Where JSON.stringify escapes, it does so as docs/canonical-json.md, section 6, wants it. */
export const quote = (text: string) => (ODD.test(text) ? JSON.stringify(text.toWellFormed()) : `"${text}"`);

/** Prints what has no canonical form. */
const unsupported = () => fail("unsupported_type");

const plain: Print = (value, { quote }) => (typeof value === "string" ? quote(value) : fail("wrong_type"));

const redacted = (redact: Redact): Print => {
  return (value, { key, quote }) => (typeof value === "string" ? quote(redact(value, key)) : fail("wrong_type"));
};

const integer = (least: number, most: number): Print<unknown> => {
  return (value) => {
    if (typeof value !== "number" || !Number.isInteger(value)) return fail("wrong_type");
    return value < least || value > most ? fail("integer_range") : `${value}`;
  };
};

// An integer of 64 bits that is beyond 2^53-1 stays so when it is rounded.
const safe = integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/** Print strings, by the numbers of `Sensitivity`. Where nobody has said what a string may reveal, it is not printed. */
const STRINGS = [unsupported, plain, plain, redacted(fileName), redacted(person), redacted(stackFrames)];

/** Print numbers and truths, by type. */
const SCALARS: Partial<Record<ScalarType, Print>> = {
  [ScalarType.BOOL]: (value) => (typeof value === "boolean" ? `${value}` : fail("wrong_type")),
  [ScalarType.INT32]: integer(-(2 ** 31), 2 ** 31 - 1),
  [ScalarType.UINT32]: integer(0, 2 ** 32 - 1),
  [ScalarType.INT64]: (value, means) => (typeof value === "bigint" ? safe(Number(value), means) : fail("wrong_type")),
  [ScalarType.DOUBLE]: (value) =>
    Number.isFinite(value) ? `${value}` : fail(typeof value === "number" ? "not_finite" : "wrong_type"),
};

/** Returns the texts of an enum's values: their names without what precedes `UNSPECIFIED` in that of zero (4.1, 4.2). */
function texts(type: DescEnum): Map<unknown, string> {
  const prefix = /^(.*)UNSPECIFIED$/.exec(type.value[0]?.name ?? "")?.[1]?.length ?? 0;
  return new Map(type.values.map(({ number, name }) => [number, name.slice(prefix).toLowerCase()]));
}

/** Returns what prints the values of an enum. */
function enumValue(type: DescEnum): Print {
  const printed = new Map([...texts(type)].map(([number, text]) => [number, `"${text}"`]));
  return (value) => printed.get(value) ?? fail(Number.isInteger(value) ? "unknown_enum" : "wrong_type");
}
