import { create, fromBinary, toBinary, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import type { ServiceTokenSigner } from '../../auth/service-token.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { endingSpan } from '../../telemetry/spans.ts';
import { currentOrigin } from '../../telemetry/request-context.ts';
import { traceparentHeader } from '../../telemetry/trace-context.ts';
import { clientSpan } from '../interceptors/spans.ts';
import { nodeHeaders, webHeaders } from '../grpc/headers.ts';
import { callGrpcUnary } from './grpc-unary.ts';
import { ownHeaders } from './own-headers.ts';
import { replicas } from './replicas.ts';
import { withRetries } from './retry.ts';

interface GrpcTransportOptions {
  /** Signs the calls. */
  readonly as: ServiceTokenSigner | undefined;
  readonly logger: Logger;
}

/** Connections to the replicas of another process: gRPC over h2c. */
export interface GrpcSession {
  readonly transport: (options: GrpcTransportOptions) => Transport;
  readonly close: () => void;
}

const grpcHeaders = { 'content-type': 'application/grpc+proto', te: 'trailers' };

function encode<Input extends DescMessage>(schema: Input, message: MessageInitShape<Input>): Uint8Array {
  try {
    return toBinary(schema, create(schema, message));
  } catch (error) {
    throw new ConnectError(`the message cannot be sent: ${String(error)}`, Code.Internal);
  }
}

/** For streams, which are left to Connect. */
function ownHeadersInterceptor(as: ServiceTokenSigner | undefined): Interceptor {
  return (next) => async (request) => {
    for (const [name, value] of Object.entries(await ownHeaders(request.method, as))) request.header.set(name, value);
    return next(request);
  };
}

/**
 * Nothing is compressed, because the network between services is faster than gzip.
 * @param baseUrls addresses of the replicas, for example `['http://wallet:50054']`
 */
export function grpcSession(baseUrls: readonly string[]): GrpcSession {
  const sessionManager = replicas(baseUrls);

  const unary = ({ as, logger }: GrpcTransportOptions): Transport['unary'] =>
    async function callUnary(method, signal, timeoutMs = 0, headers, input) {
      // At once, so that it does not matter what the caller does to its message afterwards.
      const message = encode(method.input, input);
      const span = clientSpan(method, currentOrigin()?.traceparent);
      const traced = span === undefined ? {} : { [traceparentHeader]: span.traceparent };
      const own = { ...(await ownHeaders(method, as)), ...traced };
      const request = {
        path: `/${method.parent.typeName}/${method.name}`,
        headers: { ...nodeHeaders(headers && new Headers(headers)), ...own, ...grpcHeaders },
        message,
        deadlineMs: timeoutMs > 0 ? performance.now() + timeoutMs : Number.POSITIVE_INFINITY,
        signal,
      };
      const answer = await endingSpan(span, () =>
        withRetries(method, { ...request, logger }, () => callGrpcUnary(sessionManager, request)),
      );
      return {
        stream: false,
        service: method.parent,
        method,
        message: fromBinary(method.output, answer.message),
        get header() {
          return webHeaders(answer.headers);
        },
        get trailer() {
          return webHeaders(answer.trailers);
        },
      };
    };

  const streams = ({ as }: GrpcTransportOptions): Transport =>
    createGrpcTransport({
      baseUrl: sessionManager.authority,
      sessionManager,
      interceptors: [ownHeadersInterceptor(as)],
      acceptCompression: [],
    });

  return {
    transport: (options) => ({ ...streams(options), unary: unary(options) }),
    close: sessionManager.close,
  };
}
