import type { Interceptor } from '@connectrpc/connect';
import { toConnectError } from '../errors/to-connect.ts';
import { requestIdHeader } from './request-id.ts';
import { observe } from './stream.ts';

/** The one place where what handlers throw becomes what callers see; see `toConnectError`. */
export function errorsInterceptor(): Interceptor {
  return (next) => (request) => {
    const requestId = request.header.get(requestIdHeader) ?? undefined;
    return observe(
      () => next(request),
      () => undefined,
      (error) => toConnectError(error, requestId),
    );
  };
}
