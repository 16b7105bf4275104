import { create, fromBinary, toBinary, type DescMessage, type Message } from '@bufbuild/protobuf';
import { Code, ConnectError, type ContextValues, type MethodImplSpec } from '@connectrpc/connect';
import { compressionGzip } from '@connectrpc/connect-node';
import { setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { constants, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import { bearerToken } from '../../auth/bearer.ts';
import { toConnectError } from '../../errors/to-connect.ts';
import { acceptRequestId } from '../../telemetry/request-context.ts';
import { acceptTraceparent, traceparentHeader } from '../../telemetry/trace-context.ts';
import { decodeEnvelope, encodeEnvelope, prefixBytes, promisedBytes } from '../grpc/envelope.ts';
import { nodeHeaders, webHeaders } from '../grpc/headers.ts';
import type { Call, Guard } from '../interceptors/guard.ts';
import { requestIdHeader } from '../interceptors/request-id.ts';
import type { CallScope } from '../interceptors/scope.ts';
import { permitKey, type Admission } from '../overload/admission.ts';
import { arrivesLate } from '../overload/arrival.ts';
import type { ArrivingBody } from '../overload/arriving-body.ts';
import { CallContext } from './call-context.ts';
import type { Endpoints } from './endpoints.ts';
import { readingError } from './protocol-errors.ts';
import { grpcTimeoutMs } from './timeouts.ts';

export interface GrpcUnaryOptions {
  readonly endpoints: Endpoints;
  readonly admission: Pick<Admission, 'enter' | 'receive'>;
  readonly bodyBytes: number;
  /** Longest time until the body of a request is there. A shorter timeout of the caller counts. */
  readonly bodyWithinMs: number;
  /** The first values of the handler's context. */
  readonly contextValues: (request: Http2ServerRequest) => ContextValues;
}

type UnarySpec = MethodImplSpec & { readonly kind: 'unary' };

interface UnaryEndpoint {
  readonly spec: UnarySpec;
  readonly guard: Guard;
}

/** Below this, a compressed answer saves nothing. It is Connect's own limit. */
const fewestBytesToCompress = 1024;

const contentType = 'application/grpc+proto';

/** Whether the request is as most are: protobuf, not compressed, with a timeout that can be read or without one. */
function isPlain({ method, headers }: Http2ServerRequest): boolean {
  const { 'content-type': type, 'grpc-encoding': encoding, 'grpc-timeout': timeout } = headers;
  return (
    method === 'POST' &&
    (type === contentType || type === 'application/grpc') &&
    (encoding === undefined || encoding === 'identity') &&
    (timeout === undefined || !Number.isNaN(grpcTimeoutMs(timeout)))
  );
}

function callerGone(): ConnectError {
  return new ConnectError('the caller is gone', Code.Canceled);
}

interface Reading {
  readonly arriving: ArrivingBody;
  readonly maxBytes: number;
  readonly withinMs: number;
}

/** The one message of a request. Nothing of it is kept once it turns out to be too long, or is late. */
function read(stream: ServerHttp2Stream, { arriving, maxBytes, withinMs }: Reading): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // The stream goes on after the refusal: `dropUnreadBody` reads the rest.
  const refuse = (error: unknown): void => {
    stream.off('data', take);
    reject(error);
  };
  const take = (chunk: Buffer): void => {
    try {
      arriving.add(chunk);
    } catch (error) {
      refuse(error);
      return;
    }
    const messageBytes = Math.max(arriving.size - prefixBytes, promisedBytes([arriving.bytes]));
    if (messageBytes > maxBytes) refuse(tooLong(messageBytes, maxBytes));
  };
  stream.on('data', take);
  let hasEnded = false;
  stream.once('end', () => {
    hasEnded = true;
    try {
      resolve(decodeEnvelope([arriving.bytes]));
    } catch (error) {
      reject(error);
    }
  });
  stream.once('close', () => {
    if (!hasEnded) reject(callerGone());
  });
  const timer = setTimeout(() => refuse(arrivesLate()), withinMs);
  return promise.finally(() => {
    clearTimeout(timer);
    arriving.end();
  });
}

function tooLong(bytes: number, maxBytes: number): ConnectError {
  const message = `message size ${bytes} is larger than configured readMaxBytes ${maxBytes}`;
  return new ConnectError(message, Code.ResourceExhausted);
}

async function receive(...reading: Parameters<typeof read>): Promise<Buffer> {
  try {
    return await read(...reading);
  } catch (error) {
    throw error instanceof ConnectError ? readingError(error) : error;
  }
}

function parse(schema: DescMessage, bytes: Buffer): Message {
  try {
    return fromBinary(schema, bytes);
  } catch (error) {
    const message = `parse binary: ${error instanceof Error ? error.message : String(error)}`;
    throw readingError(new ConnectError(message, Code.Internal));
  }
}

/** A call that came over HTTP/2. */
class GrpcCall implements Call {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly credential: Call['credential'];
  readonly timeoutMs: number;
  readonly values: ContextValues;
  readonly inProcess = false;
  readonly #request: Http2ServerRequest;
  #context: CallContext | undefined;

  constructor(request: Http2ServerRequest, values: ContextValues) {
    const { headers } = request;
    const sentId = headers[requestIdHeader];
    this.#request = request;
    this.requestId = acceptRequestId(typeof sentId === 'string' ? sentId : undefined);
    this.traceparent = acceptTraceparent(headers[traceparentHeader]);
    this.credential = { token: bearerToken(headers.authorization ?? null) };
    this.timeoutMs = grpcTimeoutMs(headers['grpc-timeout']);
    this.values = values;
  }

  follow(scope: CallScope): void {
    this.#request.stream.once('close', () => {
      // A stream is closed after its answer, too, when the call has ended already.
      if (!scope.aborted) scope.abort(callerGone());
    });
  }

  /** Aborted when the caller is gone. */
  signal(): AbortSignal {
    const controller = new AbortController();
    this.#request.stream.once('close', () => controller.abort(callerGone()));
    return controller.signal;
  }

  begin({ method }: UnarySpec, scope: CallScope): CallContext {
    const requestHeader = (): Headers => {
      const header = webHeaders(this.#request.headers);
      header.set(requestIdHeader, this.requestId);
      return header;
    };
    this.#context = new CallContext({ method, call: this, scope, protocolName: 'grpc', requestHeader });
    return this.#context;
  }

  async answer(response: Http2ServerResponse, bytes: Uint8Array): Promise<void> {
    const { header, trailer } = this.#context?.set ?? {};
    const isCompressed = bytes.byteLength >= fewestBytesToCompress && this.#takesGzip();
    const envelope = encodeEnvelope(isCompressed ? await compressionGzip.compress(bytes) : bytes, isCompressed);
    response.writeHead(200, {
      ...nodeHeaders(header),
      'content-type': contentType,
      [requestIdHeader]: this.requestId,
      ...(isCompressed ? { 'grpc-encoding': compressionGzip.name } : {}),
    });
    response.addTrailers({ ...nodeHeaders(trailer), 'grpc-status': '0' });
    response.end(envelope);
  }

  refuse(response: Http2ServerResponse, error: ConnectError): void {
    error.metadata.set(requestIdHeader, this.requestId);
    response.writeHead(200, { 'content-type': contentType });
    response.addTrailers(nodeHeaders(setTrailerStatus(new Headers(), error)));
    response.end();
  }

  #takesGzip(): boolean {
    const accepted = this.#request.headers['grpc-accept-encoding'];
    return accepted !== undefined && /(?:^|,)\s*gzip\s*(?:,|$)/.test(String(accepted));
  }
}

/**
 * Serves unary gRPC calls without Connect's handlers, which cost several times as much for a call between services. What
 * is not plain is left to them: other content types, compressed messages, timeouts that cannot be read.
 * @returns a function that returns false if it leaves a request to Connect
 */
export function createGrpcUnary(options: GrpcUnaryOptions) {
  const { admission, bodyBytes, bodyWithinMs } = options;
  const endpoints = new Map<string, UnaryEndpoint>();
  for (const { spec, guard } of options.endpoints.values()) {
    const { parent, name } = spec.method;
    if (spec.kind === 'unary') endpoints.set(`/${parent.typeName}/${name}`, { spec, guard });
  }

  async function serve({ spec, guard }: UnaryEndpoint, request: Http2ServerRequest, response: Http2ServerResponse) {
    const { input, output } = spec.method;
    const call = new GrpcCall(request, options.contextValues(request));
    let releasePermit: (() => void) | undefined;
    try {
      const received = await receive(request.stream, {
        arriving: admission.receive(spec.method),
        maxBytes: bodyBytes,
        withinMs: Math.min(bodyWithinMs, call.timeoutMs),
      });
      const permit = await admission.enter(spec.method, () => call.signal());
      call.values.set(permitKey, permit);
      releasePermit = permit.retain();
      const message = parse(input, received);
      const bytes = await guard.unary(call, message, async (scope) =>
        toBinary(output, create(output, await spec.impl(message, call.begin(spec, scope)))),
      );
      await call.answer(response, bytes);
    } catch (error) {
      call.refuse(response, error instanceof ConnectError ? error : toConnectError(error));
    } finally {
      releasePermit?.();
    }
  }

  return (request: Http2ServerRequest, response: Http2ServerResponse): boolean => {
    const endpoint = endpoints.get(request.url);
    if (endpoint === undefined || !isPlain(request)) return false;
    serve(endpoint, request, response).catch(() => request.stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    return true;
  };
}
