import { create, fromJson, toJson, type DescMethodServerStreaming, type DescMethodUnary } from '@bufbuild/protobuf';
import type { DescMethod, JsonObject } from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { BadRequestSchema, ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { baseUrl, grpcAddress, type Json } from './driver.ts';
import { httpStatusOf, type Outcome } from './wire.ts';

const callMs = 15_000;

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}

const isUnary = (method: DescMethod): method is DescMethodUnary => method.methodKind === 'unary';
const isStream = (method: DescMethod): method is DescMethodServerStreaming => method.methodKind === 'server_streaming';

async function ask(
  transport: Transport,
  method: DescMethod,
  request: Json,
  headers: Record<string, string>,
): Promise<Json> {
  const message = fromJson(method.input, request as JsonObject);
  if (isUnary(method)) {
    const answer = await transport.unary(method, undefined, callMs, headers, message);
    return toJson(method.output, answer.message) as Json;
  }
  if (!isStream(method)) throw new Error(`${method.name}: streams from clients are not sent here`);
  const leaving = new AbortController();
  const answer = await transport.stream(method, leaving.signal, callMs, headers, only(message));
  for await (const first of answer.message) {
    leaving.abort();
    return toJson(method.output, first) as Json;
  }
  return toJson(method.output, create(method.output)) as Json;
}

function fromError(error: unknown): Outcome {
  const refused = ConnectError.from(error);
  const bad = refused.findDetails(BadRequestSchema)[0];
  return {
    status: httpStatusOf((Code[refused.code] ?? '').replaceAll(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase()),
    reason: refused.findDetails(ErrorInfoSchema)[0]?.reason ?? '',
    fields: bad === undefined ? [] : bad.fieldViolations.map(({ field }) => field),
    answer: {},
  };
}

const over = (make: () => Transport) => {
  let transport: Transport | undefined;
  return async (method: DescMethod, request: Json, token?: string): Promise<Outcome> => {
    transport ??= make();
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return ask(transport, method, request, headers).then(
      (answer) => ({ status: 200, reason: '', fields: [], answer }),
      fromError,
    );
  };
};

/** Calls over gRPC. The status is the HTTP status of the code. The answer of a stream is its first message. */
export const callGrpc = over(() => createGrpcTransport({ baseUrl: `http://${grpcAddress()}` }));

/** Calls over gRPC-Web, like `callGrpc`. */
export const callGrpcWeb = over(() => createGrpcWebTransport({ baseUrl: baseUrl(), httpVersion: '1.1' }));
