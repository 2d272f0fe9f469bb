import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { AnySchema, FieldDescriptorProtoSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { canonicalJson, EncodeError, RedactionKey } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import { ErrorSchema, RequestSchema, ResponseSchema } from "#dist/gen/telemetry_conformance/executor/v1/index.js";
import * as conformance from "#dist/gen/telemetry_conformance/v1/index.js";
import { sequence } from "./doubles.js";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** Returns kind and field of the error that work throws. */
function fault(work: () => unknown): [string, string] {
  try {
    work();
  } catch (error) {
    assert(error instanceof EncodeError);
    return [error.kind, error.field];
  }
  return assert.fail("no error");
}

test("an event of the user's own schema is printed with all that it holds, sorted", () => {
  const event = create(conformance.KitchenSinkEventSchema, {
    text: "a\u2028\u0001",
    flag: true,
    small: -1,
    large: 2n ** 53n - 1n,
    natural: 4_000_000_000,
    ratio: -0,
    kind: conformance.EHRQueryV2Kind.EHR_QUERY_V2_KIND_2D,
    username: "dr.jones",
    fileName: "/data/DOE^JANE.NII.GZ",
    patient: "DOE^JANE",
    stack: 'x\n  File "/a/b/c.py", line 1, in f\nValueError: DOE^JANE',
    optionalText: "",
    branch: { label: "b", leaves: [{ leafFileName: "x.dcm", weight: 1e21 }] },
    kinds: [0, -1],
  });
  const key = new RedactionKey("k1", Buffer.alloc(16, 7));

  assert.equal(
    text(canonicalJson(conformance.KitchenSinkEventSchema, event, key)),
    '{"branch":{"label":"b","leaves":[{"leaf_file_name":"' +
      `${key.token("x.dcm")}.dcm","weight":1e+21}]},"branches":[],"defaulted_count":0,"event":"kitchen_sink",` +
      `"file_name":"${key.token("/data/DOE^JANE.NII.GZ")}.nii.gz","file_names":[],"flag":true,"flags":[],"kind":"2d",` +
      '"kinds":["unspecified","negative"],"large":9007199254740991,"larges":[],"natural":4000000000,"naturals":[],' +
      `"optional_text":"","patient":"${key.token("DOE^JANE")}","patients":[],"ratio":0,"ratios":[],"small":-1,"smalls":[],` +
      '"sort1":0,"sort_a":0,"sorta":0,"stack":"File \\"b/c.py\\", line 1, in f","text":"a\u2028\\u0001","texts":[],' +
      '"username":"dr.jones"}',
  );
});

test("a token is that of openssl", () => {
  // printf 'DOE^JANE' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102030405060708090a0b0c0d0e0f -binary | base32
  const key = new RedactionKey(
    "k1",
    Uint8Array.from({ length: 16 }, (_, at) => at),
  );

  assert.equal(key.token("DOE^JANE"), "h1:k1:owe2yknj2smoqarrpwjqbi55ng");
});

const MANY = conformance.ManySchema;
const wrong: [name: string, field: string, value: unknown, kind: string, path?: string][] = [
  ["a fraction in an int32", "smalls", [1.5], "wrong_type"],
  ["NaN in an int32", "smalls", [Number.NaN], "wrong_type"],
  ["a bigint in an int32", "smalls", [1n], "wrong_type"],
  ["a string in an int32", "smalls", ["1"], "wrong_type"],
  ["2^31 in an int32", "smalls", [2 ** 31], "integer_range"],
  ["-1 in a uint32", "naturals", [-1], "integer_range"],
  ["2^32 in a uint32", "naturals", [2 ** 32], "integer_range"],
  ["a number in an int64", "larges", [1], "wrong_type"],
  ["a string in an int64", "larges", ["1"], "wrong_type"],
  ["2^53 in an int64", "larges", [2n ** 53n], "integer_range"],
  ["-2^53 in an int64", "larges", [-(2n ** 53n)], "integer_range"],
  ["2^53+1, which a double rounds, in an int64", "larges", [2n ** 53n + 1n], "integer_range"],
  ["2^64 in an int64", "larges", [2n ** 64n], "integer_range"],
  ["NaN in a double", "ratios", [Number.NaN], "not_finite"],
  ["an infinity in a double", "ratios", [-Infinity], "not_finite"],
  ["a bigint in a double", "ratios", [1n], "wrong_type"],
  ["a string in a double", "ratios", ["0.5"], "wrong_type"],
  ["a number in a bool", "flags", [1], "wrong_type"],
  ["undefined in a bool", "flags", [undefined], "wrong_type"],
  ["a name in an enum", "kinds", ["2d"], "wrong_type"],
  ["an unknown number in an enum", "kinds", [99], "unknown_enum"],
  ["a fraction in an enum", "kinds", [0.5], "wrong_type"],
  ["a number in a string", "texts", [1], "wrong_type"],
  ["a String object in a string", "texts", [Object("x")], "wrong_type"],
  ["a number in a file name", "fileNames", [1], "wrong_type", "file_names[0]"],
  ["null in a string", "texts", [null], "wrong_type"],
  ["a hole in a list", "texts", new Array(1), "wrong_type"],
  ["a string in place of a list", "texts", "ab", "wrong_type", "texts"],
  ["nothing in place of a list", "texts", undefined, "wrong_type", "texts"],
  ["an object in place of a message", "leaves", [{ leafFileName: "x", weight: 1 }], "wrong_type"],
  ["a message of another type", "leaves", [create(conformance.OneTextSchema)], "wrong_type"],
];

for (const [name, field, value, kind, path = `${field}[0]`] of wrong) {
  test(`${name} is ${kind}`, () => {
    const event = Object.assign(create(MANY), { [field]: value });

    assert.deepEqual(
      fault(() => canonicalJson(MANY, event)),
      [kind, path],
    );
  });
}

test("a field without presence that is undefined is wrong_type, an optional one is absent", () => {
  const event = Object.assign(create(v1.BatchProgressEventSchema), { protocolName: undefined });

  assert.deepEqual(
    fault(() => canonicalJson(v1.BatchProgressEventSchema, event)),
    ["wrong_type", "protocol_name"],
  );
  const maybe = Object.assign(create(conformance.MaybeSchema), { text: undefined });
  assert.equal(text(canonicalJson(conformance.MaybeSchema, maybe)), "{}");
});

test("an optional field that is null is wrong_type", () => {
  const event = Object.assign(create(conformance.MaybeSchema), { text: null });

  assert.deepEqual(
    fault(() => canonicalJson(conformance.MaybeSchema, event)),
    ["wrong_type", "text"],
  );
});

test("the path of a fault goes through messages and lists", () => {
  const event = create(conformance.TrunkSchema, {
    branches: [{}, { leaves: [{}, { weight: Number.NaN }] }],
  });

  assert.deepEqual(
    fault(() => canonicalJson(conformance.TrunkSchema, event)),
    ["not_finite", "branches[1].leaves[1].weight"],
  );
});

test("an event with another event's name is wrong_event", () => {
  const event = create(v1.BatchProgressEventSchema, { event: v1.TelemetryEventName.TASK_ERROR });

  assert.deepEqual(
    fault(() => canonicalJson(v1.BatchProgressEventSchema, event)),
    ["wrong_event", "event"],
  );
});

test("what is no message of the type is unsupported_type", () => {
  for (const event of [undefined, null, "text", {}, create(v1.TaskErrorEventSchema)]) {
    assert.deepEqual(
      fault(() => canonicalJson(v1.BatchProgressEventSchema, event as never)),
      ["unsupported_type", ""],
    );
  }
});

test("types beyond the closed set, and strings that nobody has classified, are unsupported_type", () => {
  assert.deepEqual(
    fault(() => canonicalJson(RequestSchema, create(RequestSchema))),
    ["unsupported_type", "message"],
  );
  assert.deepEqual(
    fault(() => canonicalJson(ErrorSchema, create(ErrorSchema))),
    ["unsupported_type", "field"],
  );
  assert.deepEqual(
    fault(() => canonicalJson(ResponseSchema, create(ResponseSchema))),
    ["unsupported_type", "canonical"],
  );
  for (const schema of [TimestampSchema, AnySchema, FieldDescriptorProtoSchema]) {
    assert.deepEqual(
      fault(() => canonicalJson<typeof schema>(schema, create(schema) as never)),
      ["unsupported_type", ""],
    );
  }
});

test("each unpaired surrogate becomes U+FFFD, and a pair stays the character it stands for", () => {
  const printed = (value: string) =>
    text(canonicalJson(conformance.OneTextSchema, create(conformance.OneTextSchema, { value })));

  assert.equal(printed("\ud800"), '{"value":"\ufffd"}');
  assert.equal(printed('a\udcff\udcfe".dcm'), '{"value":"a\ufffd\ufffd\\".dcm"}');
  assert.equal(printed("\ude00\ud83d"), '{"value":"\ufffd\ufffd"}');
  assert.equal(printed("\ud83d\ude00"), '{"value":"😀"}');
});

test("a token is that of the text with U+FFFD in place of unpaired surrogates", () => {
  const key = new RedactionKey("k1", Buffer.alloc(16));

  assert.equal(key.token("a\ud800"), key.token("a\ufffd"));
});

test("100000 doubles of the deterministic sequence of RFC 8785's author have the published hash", () => {
  const hash = createHash("sha256");
  for (const bits of sequence(100_000)) {
    const value = new DataView(new BigUint64Array([bits]).buffer).getFloat64(0, true);
    const printed = text(canonicalJson(conformance.OneDoubleSchema, create(conformance.OneDoubleSchema, { value })));
    hash.update(`${bits.toString(16)},${printed.slice('{"value":'.length, -1)}\n`);
  }

  assert.equal(hash.digest("hex"), "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7");
});
