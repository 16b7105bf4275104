import { getOption } from '@bufbuild/protobuf';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { createDeadlineSignal, createLinkedAbortController, getAbortSignalReason } from '@connectrpc/connect/protocol';
import { access, Access } from '../../../proto/gen/ecommerce/options/v1/access_pb.ts';
import { callersTimeoutMs } from '../server/timeouts.ts';
import { withLimits } from '../../telemetry/request-context.ts';

const over = new ConnectError('the call has ended', Code.Canceled);

/**
 * Ends unary calls after `maxMs`, or at the caller's deadline if that is earlier. A handler that ignores the signal
 * goes on, but its answer is not used. Calls that it makes have only the time that is left. Streams have no limit.
 */
export function deadlineInterceptor(maxMs: number): Interceptor {
  return (next) => async (request) => {
    if (request.stream) return next(request);
    const deadline = createDeadlineSignal(maxMs);
    const linked = createLinkedAbortController(request.signal, deadline.signal);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(abortError(linked.signal));
    linked.signal.addEventListener('abort', onAbort);
    if (linked.signal.aborted) onAbort();
    const limits = {
      deadlineMs: performance.now() + Math.min(maxMs, callersTimeoutMs(request.header)),
      signal: linked.signal,
      urgent: getOption(request.method, access) === Access.SERVICE,
    };
    try {
      const answer = withLimits(limits, () => next({ ...request, signal: linked.signal }));
      return await Promise.race([answer, aborted]);
    } finally {
      deadline.cleanup();
      linked.signal.removeEventListener('abort', onAbort);
      // Removes the listener from the request's signal. Without a reason, each abort would make a costly DOMException.
      linked.abort(over);
    }
  };
}

function abortError(signal: AbortSignal): ConnectError {
  const reason: unknown = getAbortSignalReason(signal);
  return reason instanceof ConnectError ? reason : new ConnectError('the call was cancelled', Code.Canceled);
}
