import type { Interceptor, StreamResponse } from '@connectrpc/connect';
import { createLinkedAbortController } from '@connectrpc/connect/protocol';
import { AppError } from '../../errors/app-error.ts';

/** Tells clients to try again: another process is there, or will be soon. */
function shuttingDown(): AppError {
  return new AppError('unavailable', 'UNAVAILABLE', 'the server is shutting down', { retryAfterSeconds: 1 });
}

async function* until(message: StreamResponse['message'], signal: AbortSignal) {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(shuttingDown());
  stopped.catch(() => undefined);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const iterator = message[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await Promise.race([iterator.next(), stopped]);
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that waits for its next event would delay the drain.
    iterator.return?.().catch(() => undefined);
  }
}

/** Ends open streams when the drain begins, so that their clients connect to another process. Unary calls finish. */
export function drainInterceptor(draining: AbortSignal): Interceptor {
  return (next) => async (request) => {
    if (!request.stream) return next(request);
    const linked = createLinkedAbortController(request.signal, draining);
    const response = await next({ ...request, signal: linked.signal });
    return response.stream ? { ...response, message: until(response.message, draining) } : response;
  };
}
