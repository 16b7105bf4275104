import type { Transport } from '@connectrpc/connect';
import { AppError } from '../../errors/app-error.ts';
import { currentLimits } from '../../telemetry/request-context.ts';

/** The call was not sent, because there is no time left. So it certainly did not happen. */
function tooLate(): AppError {
  return new AppError('deadline_exceeded', 'DEADLINE_EXCEEDED', 'the call has no time left', { kind: 'transient' });
}

/**
 * The call's timeout, or the time left of its outer call if that is shorter.
 * @throws DEADLINE_EXCEEDED if none is left
 */
function remaining(timeoutMs: number): number {
  const limits = currentLimits();
  if (limits === undefined) return timeoutMs;
  const leftMs = Math.floor(limits.deadlineMs - performance.now());
  if (leftMs < 1) throw tooLate();
  return Math.min(timeoutMs, leftMs);
}

/**
 * Makes the transport at the first call: services need their clients before the handlers of this process exist.
 * @param defaultTimeoutMs timeout of unary calls that set none
 */
export function lazyTransport(make: () => Transport, defaultTimeoutMs: number): Transport {
  let made: Transport | undefined;
  const get = () => (made ??= make());
  return {
    unary: async (method, signal, timeoutMs, ...rest) =>
      get().unary(method, signal, remaining(timeoutMs ?? defaultTimeoutMs), ...rest),
    // The default timeout is for unary calls. A stream lasts until one side closes it.
    stream: async (method, signal, timeoutMs, ...rest) => get().stream(method, signal, timeoutMs ?? 0, ...rest),
  };
}
