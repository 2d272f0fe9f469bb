import assert from "node:assert/strict";
import { test } from "node:test";
import { format, inspect } from "node:util";
import { RedactionKey, TelemetryError } from "telemetry-events";
import { fileName, stackFrames } from "#dist/redaction.js";

const SECRET = "hush-hush-hush-hush";

test("nothing that prints, clones or serialises a key shows its secret", () => {
  const key = RedactionKey.parse(`site1:${SECRET}`);
  const bytes = Buffer.from(SECRET).toString("hex");

  const shown = [
    inspect(key, { showHidden: true, depth: 9 }),
    format("%s %o %O %j", key, key, key, key),
    JSON.stringify([key, Object.entries(key), { ...key }]),
    String(key),
    inspect(structuredClone(key)),
  ].join();

  assert.equal(key.id, "site1");
  assert(!shown.includes(SECRET) && !shown.includes(bytes) && !/68,? ?75,? ?73|104,\s*117,\s*115/.test(shown), shown);
});

test("the text of a key is its id, a colon and its secret, which may hold colons; white space around it does not count", () => {
  const key = RedactionKey.parse(" k1:a:b:c:0123456789ä\n");

  assert.equal(key.token("x"), new RedactionKey("k1", Buffer.from("a:b:c:0123456789ä")).token("x"));
});

test("an id or a secret that cannot be used is an error that shows neither", () => {
  for (const text of ["", "hush", "Hush:0123456789abcdef", "hush56789:0123456789abcdef", "k1:0123456789abcde", "k:ä"]) {
    assert.throws(
      () => RedactionKey.parse(text),
      (error) =>
        error instanceof TelemetryError && !/hush|abcde|ä/i.test(`${error} ${error.stack?.split("\n    at")[0]}`),
    );
  }
  assert.throws(() => new RedactionKey("k1", SECRET as never), TelemetryError);
  assert.throws(() => new RedactionKey(1 as never, Buffer.alloc(16)), TelemetryError);
});

test("a suffix is found without ASCII case, and no other case", () => {
  assert.equal(fileName("a.NII.Gz"), "redacted.nii.gz");
  assert.equal(fileName("a.pdf\n"), "redacted");
  assert.equal(fileName("a.zİp"), "redacted");
  assert.equal(fileName(".dcm"), "redacted.dcm");
  assert.equal(fileName(""), "");
});

test("a stack of a million lines that nearly are frames takes no time that grows with their square", () => {
  const line = `${" ".repeat(50)}File "${"/".repeat(50)}`;

  assert.equal(stackFrames(`${line}\n`.repeat(20_000)), "");
});

test("of two segments, U+2028 and a carriage return count as any other character", () => {
  assert.equal(
    stackFrames('  File "/a/b\u2028c/d\r.py", line 7, in <f>\t\r\nFile "x", line 1, in é\n'),
    'File "b\u2028c/d\r.py", line 7, in <f>\nFile "x", line 1, in é',
  );
});
