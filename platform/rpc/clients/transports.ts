import { createRouterTransport, type Interceptor, type Transport } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { AppError } from '../../errors/app-error.ts';
import { currentLimits } from '../../telemetry/request-context.ts';
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

/** Not sent at all: there is no time left for it. */
function tooLate(): AppError {
  return new AppError('deadline_exceeded', 'DEADLINE_EXCEEDED', 'the call has no time left', { kind: 'transient' });
}

/** What the call has, but no more than is left of the one on whose behalf it is made. @throws DEADLINE_EXCEEDED */
function remaining(timeoutMs: number): number {
  const limits = currentLimits();
  if (limits === undefined) return timeoutMs;
  const leftMs = Math.floor(limits.deadlineMs - performance.now());
  if (leftMs < 1) throw tooLate();
  return Math.min(timeoutMs, leftMs);
}

/**
 * Chosen by the first call: services need their clients before the handlers of this process exist.
 * @param defaultTimeoutMs of unary calls that set none
 */
export function lazyTransport(make: () => Transport, defaultTimeoutMs: number): Transport {
  let made: Transport | undefined;
  const get = () => (made ??= make());
  return {
    unary: async (method, signal, timeoutMs, ...rest) =>
      get().unary(method, signal, remaining(timeoutMs ?? defaultTimeoutMs), ...rest),
    // The default deadline is for unary calls; a stream lasts until one of its ends closes it.
    stream: async (method, signal, timeoutMs, ...rest) => get().stream(method, signal, timeoutMs ?? 0, ...rest),
  };
}
