import { anyUnpack, AnySchema } from '@bufbuild/protobuf/wkt';
import { fromJson, toJson, type DescMessage, type JsonObject, type JsonValue, type Message } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { codeFromString } from '@connectrpc/connect/protocol-connect';
import { setTimeout as delay } from 'node:timers/promises';
import type { Contract } from './contract.ts';
import type { Definition, Failure } from './requests.ts';

/** What the handlers of the suite have in common: reading, echoing, failing. */
export class Echo {
  readonly #contract: Contract;

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  toJson(desc: DescMessage, message: Message): JsonObject {
    const json: JsonValue = toJson(desc, message, { registry: this.#contract.registry });
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('a message is an object');
    return json;
  }

  /** The answer with this payload. */
  answer(desc: DescMessage, payload: JsonObject): Message {
    return fromJson(desc, { payload }, { registry: this.#contract.registry });
  }

  /** What was received, as the suite compares it. */
  received(desc: DescMessage, context: HandlerContext, requests: readonly JsonObject[]): JsonObject {
    const timeoutMs = context.timeoutMs();
    const query = context.requestMethod === 'GET' ? [...new URL(context.url).searchParams] : [];
    return {
      requestHeaders: namesAndValues(context.requestHeader),
      requests: requests.map((request) => asAny(desc, request)),
      ...(timeoutMs === undefined ? {} : { timeoutMs: String(Math.round(timeoutMs)) }),
      ...(query.length === 0 ? {} : { connectGetInfo: { queryParams: namesAndValues(query) } }),
    };
  }

  /** The error to throw, with what was received among its details. */
  error({ code, message, details }: Failure, received: JsonObject | undefined): ConnectError {
    const all = [...details, ...(received === undefined ? [] : [asAny(this.#requestInfo, received)])];
    return new ConnectError(
      message,
      numberOf(code),
      undefined,
      all.map((detail) => this.#outgoing(detail)),
    );
  }

  get #requestInfo(): DescMessage {
    return this.#contract.message('ConformancePayload.RequestInfo');
  }

  #outgoing(detail: JsonObject) {
    const { registry } = this.#contract;
    const value = anyUnpack(fromJson(AnySchema, detail, { registry }), registry);
    const desc = value && registry.getMessage(value.$typeName);
    if (value === undefined || desc === undefined) throw new Error('the suite sent a detail of an unknown type');
    return { desc, value };
  }
}

/** Sets the headers and trailers that the suite asks for. */
export function begin(context: HandlerContext, definition: Definition | undefined): void {
  for (const { name, value } of definition?.responseHeaders ?? []) {
    for (const each of value) context.responseHeader.append(name, each);
  }
  for (const { name, value } of definition?.responseTrailers ?? []) {
    for (const each of value) context.responseTrailer.append(name, each);
  }
}

/** Waits as long as the suite asks before a message. */
export async function pause({ responseDelayMs }: Definition, { signal }: HandlerContext): Promise<void> {
  if (responseDelayMs === 0) return;
  await delay(responseDelayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function asAny(desc: DescMessage, json: JsonObject): JsonObject {
  return { '@type': `type.googleapis.com/${desc.typeName}`, ...json };
}

function namesAndValues(pairs: Iterable<readonly [string, string]>): JsonValue[] {
  return [...pairs].map(([name, value]) => ({ name, value: [value] }));
}

/** `CODE_NOT_FOUND` → `Code.NotFound`. */
function numberOf(code: string): Code {
  return codeFromString(code.replace(/^CODE_/, '').toLowerCase()) ?? Code.Unknown;
}
