import { createRouterTransport, type Interceptor, type Transport } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';

const pings = { pingIntervalMs: 20_000, pingTimeoutMs: 3000, idleConnectionTimeoutMs: 300_000 };

/**
 * gRPC over h2c to another process. Pings find a peer that vanished without a word; nothing is compressed, since the
 * network between services is faster than gzip.
 * @param baseUrl for example `http://wallet:50052`
 */
export function grpcSession(baseUrl: string): {
  readonly transport: (interceptors: Interceptor[], timeoutMs: number) => Transport;
  readonly close: () => void;
} {
  const sessionManager = new Http2SessionManager(baseUrl, pings);
  return {
    transport: (interceptors, defaultTimeoutMs) =>
      createGrpcTransport({ baseUrl, sessionManager, interceptors, defaultTimeoutMs, acceptCompression: [] }),
    close: () => sessionManager.abort(),
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
