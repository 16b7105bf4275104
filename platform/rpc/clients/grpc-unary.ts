import { Code, ConnectError } from '@connectrpc/connect';
import { getAbortSignalReason } from '@connectrpc/connect/protocol';
import { findTrailerError, validateResponse } from '@connectrpc/connect/protocol-grpc';
import {
  constants,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { decodeEnvelope, encodeEnvelope } from '../grpc/envelope.ts';
import { webHeaders } from '../grpc/headers.ts';
import type { Replicas } from './replicas.ts';

export interface GrpcUnaryRequest {
  /** `/<service>/<method>`. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly message: Uint8Array;
  /** When the caller stops waiting, on the clock of `performance.now()`; infinite if it never does. */
  readonly deadlineMs: number;
  /** Aborted when the caller gives up. */
  readonly signal: AbortSignal | undefined;
}

export interface GrpcUnaryAnswer {
  readonly message: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
}

/** What came back on the stream of a call. */
interface Response {
  headers: IncomingHttpHeaders & IncomingHttpStatusHeader;
  trailers: IncomingHttpHeaders;
  readonly chunks: Buffer[];
}

/** The longest that fits into the eight digits of gRPC's header: 27 hours. */
const longestTimeoutMs = 99_999_999;

function overdue(): ConnectError {
  return new ConnectError('the operation timed out', Code.DeadlineExceeded);
}

function lost(cause?: unknown): ConnectError {
  const message = cause instanceof Error ? cause.message : 'the stream was closed before its end';
  return new ConnectError(message, Code.Unavailable, undefined, undefined, cause);
}

/** The answer in a response. @throws a ConnectError if it is a refusal, or comes from a proxy */
function answerOf({ headers, trailers, chunks }: Response): GrpcUnaryAnswer {
  if (headers[':status'] === 200 && trailers['grpc-status'] === '0' && isGrpc(headers)) {
    return { message: decodeEnvelope(chunks), headers, trailers };
  }
  const { headerError } = validateResponse(headers[':status'] ?? 0, webHeaders(headers));
  throw (
    headerError ??
    findTrailerError(webHeaders(trailers)) ??
    new ConnectError('protocol error: there is no status', Code.Internal)
  );
}

function isGrpc({ 'content-type': type }: IncomingHttpHeaders): boolean {
  return type?.startsWith('application/grpc') === true;
}

/** Reads the response of a call. One that breaks off ends without a status, or is closed without an end. */
function receive(
  stream: ClientHttp2Stream,
  onResponse: (response: Response) => void,
  onError: (error: unknown) => void,
) {
  const response: Response = { headers: {}, trailers: {}, chunks: [] };
  stream.on('response', (headers) => {
    response.headers = headers;
  });
  stream.on('trailers', (trailers) => {
    response.trailers = trailers;
  });
  stream.on('data', (chunk: Buffer) => response.chunks.push(chunk));
  let hasEnded = false;
  stream.on('end', () => {
    hasEnded = true;
    if (response.headers[':status'] === undefined) onError(lost());
    else onResponse(response);
    // It may have been answered before all of it was sent.
    if (!stream.writableFinished) stream.close(constants.NGHTTP2_CANCEL);
  });
  stream.on('error', (error) => onError(lost(error)));
  stream.on('close', () => {
    if (!hasEnded) onError(lost());
  });
}

/**
 * Makes a unary gRPC call, without Connect's transport, which costs several times as much.
 * @throws a ConnectError
 */
export async function callGrpcUnary(replicas: Replicas, request: GrpcUnaryRequest): Promise<GrpcUnaryAnswer> {
  const { path, message, deadlineMs, signal } = request;
  if (signal?.aborted === true) throw getAbortSignalReason(signal);
  const { promise: answered, resolve, reject } = Promise.withResolvers<Response>();
  let stream: ClientHttp2Stream | undefined;
  let hasGivenUp = false;
  const giveUp = (reason: unknown): void => {
    hasGivenUp = true;
    reject(reason);
    stream?.close(constants.NGHTTP2_CANCEL);
  };
  const onAbort = (): void => giveUp(signal && getAbortSignalReason(signal));
  const leftMs = Math.max(1, Math.floor(deadlineMs - performance.now()));
  const timer = leftMs > longestTimeoutMs ? undefined : setTimeout(() => giveUp(overdue()), leftMs);
  signal?.addEventListener('abort', onAbort);
  const headers = timer === undefined ? request.headers : { ...request.headers, 'grpc-timeout': `${leftMs}m` };
  replicas.request('POST', path, headers, {}).then((opened) => {
    stream = opened;
    receive(opened, resolve, reject);
    if (hasGivenUp) opened.close(constants.NGHTTP2_CANCEL);
    else opened.end(encodeEnvelope(message));
  }, reject);
  try {
    return answerOf(await answered);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
