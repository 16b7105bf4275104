import type { DescService } from '@bufbuild/protobuf';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Health } from '../../../proto/gen/grpc/health/v1/health_pb.ts';
import type { Admission } from '../overload/admission.ts';
import { uncountedBytes } from '../overload/arriving-body.ts';
import { edgeValues } from './client-address.ts';
import { createGrpcUnary } from './grpc-unary.ts';
import { registerHealth } from './health.ts';
import type { Readiness } from './readiness.ts';
import { registerReflection } from './reflection.ts';
import type { RemoteServices } from './remote-services.ts';
import type { RpcHandlers } from './rpc.ts';
import { dropHugeTimeouts } from './timeouts.ts';

export interface GrpcRequestHandlerOptions {
  readonly handlers: RpcHandlers;
  readonly admission: Admission;
  readonly bodyBytes: number;
  /** Longest time until the body of a request is there. */
  readonly bodyWithinMs: number;
  readonly readiness: Readiness;
  readonly trustedProxies: number;
  /** Ends health watches and reflection streams. */
  readonly draining: AbortSignal;
  readonly remoteServices: RemoteServices | undefined;
}

function servicesOf(handlers: readonly UniversalHandler[]): DescService[] {
  return [...new Set(handlers.map(({ service }) => service))];
}

/**
 * Handles requests of the gRPC listener: public and internal services, health, and reflection. Reflection has the whole
 * public contract and health.
 */
export function createGrpcRequestHandler(options: GrpcRequestHandlerOptions) {
  const { handlers, readiness, remoteServices, admission, bodyBytes, bodyWithinMs } = options;
  const contextValues = (request: Http2ServerRequest) => edgeValues(request, options.trustedProxies);
  const all = [...handlers.public, ...handlers.internal];
  const names = new Set(servicesOf(all).map(({ typeName }) => typeName));
  const connect = connectNodeAdapter({
    routes: (router) => {
      router.handlers.push(...all);
      registerHealth(router, { names, readiness, remoteServices });
      registerReflection(router, [...servicesOf(handlers.public), ...(remoteServices?.services ?? []), Health]);
    },
    contextValues: (request) => edgeValues(request, options.trustedProxies),
    // For health and reflection only: the other handlers have the limits of their services.
    readMaxBytes: uncountedBytes,
    shutdownSignal: options.draining,
  });
  // The answers of shared reads are kept as bytes by Connect's handlers.
  const endpoints = new Map([...handlers.endpoints].filter(([method]) => !handlers.sharedReads.has(method)));
  const unary = createGrpcUnary({ endpoints, admission, bodyBytes, bodyWithinMs, contextValues });
  return (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    try {
      dropHugeTimeouts(request.headers);
      if (!unary(request, response)) connect(request, response);
    } catch {
      // The adapter throws if no URL can be made of :authority.
      response.writeHead(400).end();
    }
  };
}
