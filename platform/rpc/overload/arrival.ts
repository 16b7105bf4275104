import { createContextKey } from '@connectrpc/connect';
import { createAsyncIterable, type UniversalServerRequest } from '@connectrpc/connect/protocol';
import { AppError } from '../../errors/app-error.ts';
import { prefixBytes } from '../grpc/envelope.ts';
import { callersTimeoutMs } from '../server/timeouts.ts';
import type { ArrivingBody } from './arriving-body.ts';

export interface ArrivalLimits {
  /** A longer body is handed on before its end, because the handler refuses it. */
  readonly bodyBytes: number;
  /** Longest time until the whole body is there. A shorter timeout of the caller counts. */
  readonly withinMs: number;
}

export function arrivesLate(): AppError {
  return new AppError('deadline_exceeded', 'DEADLINE_EXCEEDED', 'the body of the request did not arrive in time');
}

/** Whether the whole body of the current request has been received. It need not have been read. */
export const receivedKey = createContextKey<() => boolean>(() => false, { description: 'body was received' });

/**
 * Waits until the body of a request is there. The caller holds nothing meanwhile, so callers that send a part and stop do
 * not keep others from being served. A body that breaks off is handed on with its error.
 * @throws DEADLINE_EXCEEDED, and what the body throws that finds no room
 */
export async function arrived(
  request: UniversalServerRequest,
  limits: ArrivalLimits,
  receive: () => ArrivingBody,
): Promise<UniversalServerRequest> {
  const { body, method, header } = request;
  if (method === 'GET' || !isStream(body)) return request;
  // Most bodies come in one packet with the head, and Node has taken them in by now. To read them here would cost more
  // than a refusal does.
  await Promise.resolve();
  if (request.contextValues?.get(receivedKey)() === true) return request;
  const arriving = receive();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(arrivesLate()), Math.min(limits.withinMs, callersTimeoutMs(header)));
  try {
    const all = collect(body, limits.bodyBytes + prefixBytes, arriving);
    return { ...request, body: await Promise.race([all, late.promise]) };
  } finally {
    clearTimeout(timer);
    arriving.end();
  }
}

async function collect(
  body: AsyncIterable<Uint8Array>,
  mostBytes: number,
  arriving: ArrivingBody,
): Promise<AsyncIterable<Uint8Array>> {
  const rest = body[Symbol.asyncIterator]();
  while (arriving.size <= mostBytes) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await rest.next();
    } catch (error) {
      return thenFail(arriving.bytes, error);
    }
    if (next.done === true) return createAsyncIterable([arriving.bytes]);
    arriving.add(next.value);
  }
  return thenRest(arriving.bytes, { [Symbol.asyncIterator]: () => rest });
}

async function* thenRest(begin: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield begin;
  yield* rest;
}

async function* thenFail(begin: Uint8Array, error: unknown): AsyncGenerator<Uint8Array> {
  yield begin;
  throw error;
}

function isStream(body: UniversalServerRequest['body']): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
