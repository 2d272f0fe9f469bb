import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { RedactionKey, TelemetryError, TelemetryLogger, type TelemetryOptions } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import { directory, kept, records } from "./reading.js";

/** Sets variables of the environment, as long as the test; those of ours that are not named are not there. */
function environment(test: TestContext, variables: Record<string, string>): void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (/^(DD_|TELEMETRY_|XDG_)/.test(name)) delete process.env[name];
  Object.assign(process.env, variables);
  test.after(() => {
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

function recorded(options: TelemetryOptions = {}) {
  const writer = kept();
  new TelemetryLogger({ writer, ...options }).info(create(v1.MissingColumnEventSchema, { fileName: "a.dcm" }));
  return writer.records()[0] ?? {};
}

test("what no option says, the environment says", (test) => {
  environment(test, {
    DD_SERVICE: " worker ",
    DD_ENV: "prod",
    DD_VERSION: "1.4.2",
    DD_TAGS: "site:North, team:imaging ,",
    DD_HOSTNAME: "pod-7",
    TELEMETRY_EVENTS_KEY: "k1:0123456789abcdef\n",
  });

  const record = recorded();

  assert.deepEqual(
    ["service", "ddsource", "hostname", "ddtags"].map((name) => record[name]),
    ["worker", "worker", "pod-7", "env:prod,version:1.4.2,site:north,team:imaging"],
  );
  assert.equal(record["file_name"], `${new RedactionKey("k1", Buffer.from("0123456789abcdef")).token("a.dcm")}.dcm`);
});

test("an option wins over the environment, and what is empty counts as none", (test) => {
  environment(test, { DD_SERVICE: "other", DD_ENV: "", DD_HOSTNAME: "h", DD_TAGS: "a:b" });

  const record = recorded({ service: "worker", version: "1", tags: ["Ä,b\n:c😀"], ddsource: "node", hostname: "" });

  assert.deepEqual(
    ["service", "ddsource", "hostname", "ddtags"].map((name) => record[name]),
    ["worker", "node", "h", "version:1,__b_:c_"],
  );
});

test("without any, the service is the program, the host the machine, and there are no tags", (test) => {
  environment(test, {});

  const record = recorded();

  assert.equal(record["service"], "settings.test");
  assert.match(String(record["hostname"]), /^[\w.:-]+$/);
  assert.deepEqual([record["ddtags"], record["file_name"]], ["", "redacted.dcm"]);
});

test("the journal is in TELEMETRY_EVENTS_DIR, else in the state directory", (test) => {
  const root = directory(test);
  environment(test, { XDG_STATE_HOME: join(root, "state") });
  new TelemetryLogger().info("a");
  process.env["TELEMETRY_EVENTS_DIR"] = join(root, "named");
  test.after(() => delete process.env["TELEMETRY_EVENTS_DIR"]);
  new TelemetryLogger().info("b");

  assert.deepEqual(
    [join(root, "state", "telemetry-events"), join(root, "named")].map((path) => records(path)[0]?.["message"]),
    ["a", "b"],
  );
});

test("a folder is marked as to be delivered where an option, or else the environment, says `none`", (test) => {
  const root = directory(test);
  const marked = (variable: string, options: TelemetryOptions = {}) => {
    environment(test, { TELEMETRY_EVENTS_SHIP: variable });
    new TelemetryLogger({ directory: root, ...options }).info("a");
    const folder = join(root, String(readdirSync(root)[0]));
    const mark = statSync(join(folder, "to-deliver"), { throwIfNoEntry: false });
    rmSync(folder, { recursive: true });
    return mark && [mark.mode & 0o777, mark.size];
  };

  assert.deepEqual(
    [marked("", { ship: "none" }), marked(" none"), marked("never", { ship: "none" })],
    [0, 1, 2].map(() => [0o600, 0]),
  );
  assert.deepEqual(
    [marked(""), marked("none", { ship: "never" }), marked("never"), marked("thread")],
    [0, 1, 2, 3].map(() => undefined),
  );
  assert.throws(() => marked("nobody"), /^Error: ship: /);
});

test("what cannot be used is an error at once, and leaves nothing behind", (test) => {
  const root = directory(test);
  environment(test, {});
  writeFileSync(join(root, "file"), "");
  mkdirSync(join(root, "empty"));
  const unusable: TelemetryOptions[] = [
    { service: "a b" },
    { service: "ä" },
    { ddsource: ";" },
    { hostname: "a/b" },
    { tags: Array(101).fill("a") },
    { tags: ["x".repeat(201)] },
    { tags: "a:b" as never },
    { key: "k1:0123456789abcdef" as never },
    { capacityBytes: 2 ** 20 - 1 },
    { capacityBytes: 1e7 + 0.5 },
    { ship: "thread" as never },
    { directory: join(root, "file") },
    { directory: "\0" },
    { directory: "/proc" }, // where nobody can make a folder
  ];

  for (const options of unusable) {
    assert.throws(() => new TelemetryLogger({ directory: join(root, "empty"), ...options }), TelemetryError);
  }
  process.env["TELEMETRY_EVENTS_KEY"] = "hush";
  assert.throws(
    () => new TelemetryLogger({ directory: join(root, "empty") }),
    (error) => error instanceof TelemetryError && !error.message.includes("hush"),
  );
  delete process.env["TELEMETRY_EVENTS_KEY"];
  assert.deepEqual(readdirSync(join(root, "empty")), []);
});
