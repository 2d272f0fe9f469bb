// Logs all that is odd, with a name in it: program-canary.js DIRECTORY NAME

import { create } from "@bufbuild/protobuf";
import { RedactionKey, TelemetryLogger, telemetryContext } from "telemetry-events";
import * as v1 from "telemetry-events/v1";

const [, , directory = "", name = ""] = process.argv;
const error = Object.assign(new Error(`${name}\n    at ${name} (${name}.js:1:1)`, { cause: new Error(name) }), {
  name,
  code: name,
});
const revealing = { toString: () => name, toJSON: () => name, [Symbol.toPrimitive]: () => name };
const values: unknown[] = [
  name,
  1.5,
  Number.NaN,
  2n ** 70n,
  null,
  undefined,
  [name],
  { name },
  revealing,
  new Proxy(
    {},
    {
      get: () => {
        throw error;
      },
      getPrototypeOf: () => {
        throw error;
      },
    },
  ),
  Symbol(name),
  () => name,
  Object.assign(Object.create(null), { name }),
  error,
];

for (const key of [undefined, RedactionKey.parse(`k1:${name}-${name}-${name}`)]) {
  const telemetry = new TelemetryLogger({ directory, ...(key && { key }) });
  for (const value of values) {
    telemetryContext({ taskId: "t", runId: value === name ? "r" : value } as never, () => {
      for (const schema of [v1.TaskErrorEventSchema, v1.ExecutionTimeEventSchema, v1.TrialFilterSummaryEventSchema]) {
        for (const { localName } of schema.fields) {
          // In a field that prints texts a text is no fault, and is not redacted.
          if (typeof value === "string" && !/event|duration|rows|Count|Columns/.test(localName)) continue;
          if (Array.isArray(value) && localName === "missingColumns") continue;
          telemetry.info(Object.assign(create<typeof schema>(schema), { [localName]: value }) as never);
        }
      }
      if (value !== name && value !== revealing) telemetry.error(value as never, value);
      telemetry.warn(create(v1.BatchProgressEventSchema), value);
      telemetry.critical({ $typeName: value } as never);
      telemetry.log(value as never, create(v1.BatchProgressEventSchema));
    });
  }
  telemetry.error(create(v1.MissingColumnEventSchema, { fileName: `/data/${name}/${name}.dcm` }), error);
  telemetry.error(create(v1.TaskErrorEventSchema, { stacktraceFrames: `${error.stack}\n${name}` }));
}
console.log("done");
