import { createRouterTransport, type Interceptor, type Transport } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { replicas } from './replicas.ts';

/**
 * gRPC over h2c to another process; nothing is compressed, since the network between services is faster than gzip.
 * @param baseUrls of its replicas, for example `['http://wallet:50054']`
 */
export function grpcSession(baseUrls: readonly string[]): {
  readonly transport: (interceptors: Interceptor[], timeoutMs: number) => Transport;
  readonly close: () => void;
} {
  const sessionManager = replicas(baseUrls);
  return {
    transport: (interceptors, defaultTimeoutMs) =>
      createGrpcTransport({
        baseUrl: sessionManager.authority,
        sessionManager,
        interceptors,
        defaultTimeoutMs,
        acceptCompression: [],
      }),
    close: sessionManager.close,
  };
}

/** Straight into handlers hosted in this process. */
export function memoryTransport(
  handlers: readonly UniversalHandler[],
  interceptors: Interceptor[],
  defaultTimeoutMs: number,
): Transport {
  return createRouterTransport((router) => void router.handlers.push(...handlers), {
    transport: { interceptors, defaultTimeoutMs },
  });
}

/** Chosen by the first call: services need their clients before the handlers of this process exist. */
export function lazyTransport(make: () => Transport): Transport {
  let made: Transport | undefined;
  const get = () => (made ??= make());
  return {
    unary: async (...call) => get().unary(...call),
    // The default deadline is for unary calls; a stream lasts until one of its ends closes it.
    stream: async (method, signal, timeoutMs, ...rest) => get().stream(method, signal, timeoutMs ?? 0, ...rest),
  };
}
