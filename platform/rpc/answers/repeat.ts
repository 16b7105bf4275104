import type { ContextValues } from '@connectrpc/connect';
import {
  createAsyncIterable,
  readAllBytes,
  type UniversalHandler,
  type UniversalServerRequest,
  type UniversalServerResponse,
} from '@connectrpc/connect/protocol';
import { acceptRequestId } from '../../telemetry/request-context.ts';
import { acceptTraceparent, traceparentHeader } from '../../telemetry/trace-context.ts';
import { requestIdHeader } from '../interceptors/request-id.ts';
import type { ServedCall } from '../interceptors/index.ts';
import { around } from '../server/around.ts';
import { cacheControl, etagOf, matches, varyKey } from './conditional.ts';
import { exchangeKey } from './exchange.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { readSmall } from './small-body.ts';

/** A successful answer of Connect, gRPC or gRPC-Web, without what differs from call to call. */
export interface Recorded {
  readonly header: readonly (readonly [string, string])[];
  readonly bytes: Uint8Array;
  readonly trailer: readonly (readonly [string, string])[] | undefined;
  /** Only of GET, the method whose answers clients keep. */
  readonly etag: string | undefined;
}

/** A longer request is not worth a place in memory. */
const maxKeyBytes = 4096;

/** Headers that decide how the request is read, and how its answer is encoded. */
const decisive = [
  'content-type',
  'content-encoding',
  'accept-encoding',
  'grpc-encoding',
  'grpc-accept-encoding',
  'connect-protocol-version',
];

/** A timeout that leaves time for an answer from memory. What else a client may send there is left to Connect. */
const usual = { 'connect-timeout-ms': /^[1-9]\d{1,9}$/, 'grpc-timeout': /^[1-9]\d{0,7}(?:[HMS]|(?<=\d\d)m)$/ };

function isUsual({ header }: UniversalServerRequest): boolean {
  return Object.entries(usual).every(([name, form]) => {
    const value = header.get(name);
    return value === null || form.test(value);
  });
}

interface Asked {
  readonly key: string;
  readonly request: UniversalServerRequest;
}

/** The key of a request that can be answered again. `request` still has its body. */
async function ask(request: UniversalServerRequest): Promise<Asked | UniversalServerRequest> {
  const { method, url, header, body } = request;
  const isStream = typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
  if (!isStream || !isUsual(request)) return request;
  const head = [method, url, ...decisive.map((name) => header.get(name) ?? '')].join('\n');
  if (method === 'GET') return url.length > maxKeyBytes ? request : { key: head, request };
  const { bytes, replay } = await readSmall(body, maxKeyBytes);
  const again = { ...request, body: replay };
  return bytes === undefined ? again : { key: `${head}\n${bytes.toString('latin1')}`, request: again };
}

function succeeded({ status, header, trailer }: UniversalServerResponse, bytes: Uint8Array): boolean {
  if (status !== 200) return false;
  if (trailer !== undefined) return trailer.get('grpc-status') === '0';
  const isWeb = header?.get('content-type')?.startsWith('application/grpc-web') === true;
  return !isWeb || Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('grpc-status: 0\r\n');
}

function record(response: UniversalServerResponse, bytes: Uint8Array, isGet: boolean): Recorded {
  const header = [...(response.header ?? [])].filter(([name]) => name !== requestIdHeader);
  return {
    header,
    bytes,
    trailer: response.trailer && [...response.trailer],
    etag: isGet ? etagOf(bytes) : undefined,
  };
}

function answer(request: UniversalServerRequest, recorded: Recorded, requestId: string): UniversalServerResponse {
  const { etag, bytes, trailer } = recorded;
  const header = new Headers();
  header.set(requestIdHeader, requestId);
  if (etag !== undefined) {
    header.set('etag', etag);
    header.set('vary', varyOf(request.contextValues));
    header.set('cache-control', cacheControl(request.header.has('authorization')));
    if (matches(request.header.get('if-none-match') ?? undefined, [etag]) !== undefined) return { status: 304, header };
  }
  for (const [name, value] of recorded.header) header.append(name, value);
  return {
    status: 200,
    header,
    body: createAsyncIterable([bytes]),
    ...(trailer === undefined ? {} : { trailer: new Headers(trailer.map(([name, value]) => [name, value])) }),
  };
}

function varyOf(values: ContextValues | undefined): string {
  return values?.get(varyKey) ?? varyKey.defaultValue;
}

/**
 * Answers calls of a shared read with the bytes of an earlier call, as long as the service would give the same message:
 * Connect, gRPC and gRPC-Web, in JSON and binary, compressed or not. REST keeps its answers itself.
 */
export function repeated(handler: UniversalHandler, served: (call: ServedCall) => void, kept: KeptAnswers<Recorded>) {
  return around(handler, async (original) => {
    const startedAt = performance.now();
    const asked = await ask(original);
    if (!('key' in asked)) return handler(asked);
    const { key, request } = asked;
    const known = kept.find(key) ?? (await kept.follow(key)?.then(() => kept.find(key)));
    if (known !== undefined) {
      const requestId = acceptRequestId(request.header.get(requestIdHeader));
      const traceparent = acceptTraceparent(request.header.get(traceparentHeader));
      served({ method: handler.method, startedAt, requestId, traceparent });
      return answer(request, known, requestId);
    }
    return kept.lead(key, async () => {
      const response = await handler(request);
      const exchange = request.contextValues?.get(exchangeKey);
      if (exchange === undefined || response.body === undefined) return response;
      const bytes = await readAllBytes(response.body, Number.MAX_SAFE_INTEGER);
      if (!succeeded(response, bytes)) return { ...response, body: createAsyncIterable([bytes]) };
      const recorded = record(response, bytes, request.method === 'GET');
      kept.keep(key, exchange, recorded, bytes.byteLength);
      return answer(request, recorded, response.header?.get(requestIdHeader) ?? '');
    });
  });
}
