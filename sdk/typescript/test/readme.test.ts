import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { directory, lines } from "./reading.js";

const README = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
const block = (language: string) => README.split(`\`\`\`${language}\n`)[1]?.split("```")[0] ?? "";
const varying = (text: string) =>
  text.replace(/"emitter":"[a-z2-7]{16}"/g, '"emitter":""').replace(/"timestamp":"[-\dT:.]+Z"/g, '"timestamp":""');

test("the example of the README prints what the README shows", (test) => {
  const root = directory(test);
  const program = fileURLToPath(new URL("readme-example.mjs", import.meta.url));
  writeFileSync(program, block("ts"));

  const env = { PATH: process.env["PATH"], TELEMETRY_EVENTS_DIR: root, DD_HOSTNAME: "pod-7" };
  const child = spawnSync(process.execPath, [program], { env });

  assert.deepEqual([child.status, String(child.stdout), String(child.stderr)], [0, "", ""]);
  assert.deepEqual(varying(`${lines(root).join("\n")}\n`), varying(block("json")));
});
