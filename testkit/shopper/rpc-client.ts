import { fromJson, toJson, type JsonValue } from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { methodOf, type Method } from './contract.ts';
import { defaultTimeoutMs, NoAnswer, Refused, type ApiClient, type Json } from './api-client.ts';

/** Calls over gRPC. @param baseUrl for example http://127.0.0.1:50051 */
export function grpcClient(baseUrl: string): ApiClient {
  const sessionManager = new Http2SessionManager(baseUrl);
  return { ...rpcClient(createGrpcTransport({ baseUrl, sessionManager })), close: () => sessionManager.abort() };
}

/** Calls over Connect with binary messages. @param baseUrl for example http://127.0.0.1:8000 */
export function connectClient(baseUrl: string): ApiClient {
  return rpcClient(createConnectTransport({ baseUrl, httpVersion: '1.1' }));
}

/** Calls over any Connect transport. Closing this client does not close the transport. */
export function rpcClient(transport: Transport): ApiClient {
  return {
    close: () => undefined,
    async call(name, request, { token, timeoutMs = defaultTimeoutMs, signal } = {}) {
      const method = methodOf(name);
      const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
      try {
        const message = fromJson(method.input, request as JsonValue);
        const answer = await transport.unary(method, signal, timeoutMs, headers, message);
        return toJson(method.output, answer.message, { alwaysEmitImplicit: true }) as Json;
      } catch (error) {
        throw rpcFailure(name, ConnectError.from(error));
      }
    },
  };
}

const definitive: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unimplemented,
]);

function rpcFailure(name: Method, error: ConnectError): Error {
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason ?? '';
  if (definitive.has(error.code)) return new Refused(reason, error.rawMessage);
  const status = error.code === Code.Internal && reason !== '' ? '500' : `gRPC ${Code[error.code]}`;
  const retryAfterMs = 1000 * Number(error.metadata.get('retry-after') ?? 0);
  return new NoAnswer(status, `${name} ${reason} ${error.rawMessage}`, retryAfterMs);
}
