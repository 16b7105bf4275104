import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { toConnectError } from '../../errors/to-connect.ts';
import { requestIdHeader } from './request-id.ts';
import { observe } from './stream.ts';

/** Maps errors of handlers to the errors that callers see (`toConnectError`). This is the only place that does so. */
export function errorsInterceptor(): Interceptor {
  return (next) => (request) => {
    const requestId = request.header.get(requestIdHeader) ?? undefined;
    return observe(
      () => next(request),
      () => undefined,
      (error) => toConnectError(isReset(error, request.signal) ? callerGone(error) : error, requestId),
    );
  };
}

/**
 * Whether a call ended only because its caller reset it. Connect's clients reset a call at its timeout with HTTP/2's
 * "internal error", which would otherwise look like an error of ours.
 */
function isReset(error: unknown, { aborted, reason }: AbortSignal): boolean {
  return aborted && error === reason && error instanceof ConnectError && error.code === Code.Internal;
}

function callerGone(cause: unknown): ConnectError {
  return new ConnectError('the caller is gone', Code.Canceled, undefined, undefined, cause);
}
