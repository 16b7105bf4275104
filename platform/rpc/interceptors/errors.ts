import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { toConnectError } from '../../errors/to-connect.ts';
import { requestIdHeader } from './request-id.ts';
import { observe } from './stream.ts';

/** The one place where what handlers throw becomes what callers see; see `toConnectError`. */
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
 * Whether a call ended with nothing but its caller's reset. Clients of Connect whose time is over reset with HTTP/2's
 * "internal error", which otherwise would be told as one of ours.
 */
function isReset(error: unknown, { aborted, reason }: AbortSignal): boolean {
  return aborted && error === reason && error instanceof ConnectError && error.code === Code.Internal;
}

function callerGone(cause: unknown): ConnectError {
  return new ConnectError('the caller is gone', Code.Canceled, undefined, undefined, cause);
}
