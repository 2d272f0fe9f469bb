// Prints messages for the conformance runner: conformance/proto/telemetry_conformance/executor/v1/executor.proto.

import { once } from "node:events";
import { create, createRegistry, type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import {
  configureTextEncoding,
  getTextEncoding,
  sizeDelimitedEncode,
  sizeDelimitedPeek,
} from "@bufbuild/protobuf/wire";
import { canonicalJson, EncodeError, RedactionKey } from "telemetry-events";
import * as v1 from "telemetry-events/v1";
import * as protocol from "#dist/gen/telemetry_conformance/executor/v1/index.js";
import * as conformance from "#dist/gen/telemetry_conformance/v1/index.js";
import { Emitter } from "#dist/record.js";

// As it comes, the runtime takes a byte order mark off the beginning of each string that it reads.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
configureTextEncoding({ ...getTextEncoding(), decodeUtf8: (bytes) => decoder.decode(bytes) });

const isMessageType = (each: object): each is DescMessage => "kind" in each && each.kind === "message";
const generated = Object.values<object>({ ...v1, ...conformance, ...protocol });
const types = createRegistry(...generated.filter(isMessageType));

function canonical(event: Message, type: DescMessage, key?: RedactionKey): protocol.Response["result"] {
  try {
    return { case: "canonical", value: canonicalJson(type, event, key) };
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    return { case: "error", value: create(protocol.ErrorSchema, { kind: error.kind, field: error.field }) };
  }
}

function recorded(what: Message | undefined, { envelope, context }: protocol.Record, key?: RedactionKey): Uint8Array {
  if (envelope === undefined) throw new Error("no envelope");
  let line = "";
  const writer = { write: (given: string) => (line = given) };
  const emitter = new Emitter({ source: envelope, types, key, writer });
  const [head, rest] = emitter.parts(what ?? envelope.message, envelope, context);
  line = `${head}${envelope.seq}${rest}`;
  return Buffer.from(line);
}

function answer(request: protocol.Request): protocol.Response["result"] {
  const key = request.key && new RedactionKey(request.key.id, request.key.secret);
  const type = types.getMessage(request.type);
  if (type === undefined && request.type !== "") throw new Error("no such type");
  const message = type && fromBinary(type, request.message);
  if (request.record) return { case: "record", value: recorded(message, request.record, key) };
  if (message === undefined || type === undefined) throw new Error("neither a type nor a record");
  return canonical(message, type, key);
}

function respond(body: Uint8Array): Uint8Array {
  const response = create(protocol.ResponseSchema);
  try {
    const request = fromBinary(protocol.RequestSchema, body);
    response.name = request.name;
    response.result = answer(request);
  } catch (error) {
    response.result = { case: "crash", value: String(error) };
  }
  return sizeDelimitedEncode(protocol.ResponseSchema, response);
}

let read = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  read = Buffer.concat([read, chunk]);
  const responses: Uint8Array[] = [];
  for (let next = sizeDelimitedPeek(read); !next.eof && next.offset + next.size <= read.length; ) {
    responses.push(respond(read.subarray(next.offset, next.offset + next.size)));
    read = read.subarray(next.offset + next.size);
    next = sizeDelimitedPeek(read);
  }
  if (!process.stdout.write(Buffer.concat(responses))) await once(process.stdout, "drain");
}
if (read.length > 0) throw new Error("the input ends within a request");
