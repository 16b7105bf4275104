import { ConnectError, type Interceptor } from '@connectrpc/connect';
import { acceptRequestId, inRequest } from '../../telemetry/request-context.ts';

export const requestIdHeader = 'x-request-id';

/**
 * Gives every call an id: the caller's if it is well formed, else a new one. Returns it, and sets it for all inner
 * code.
 */
export function requestIdInterceptor(): Interceptor {
  return (next) => async (request) => {
    const requestId = acceptRequestId(request.header.get(requestIdHeader));
    request.header.set(requestIdHeader, requestId);
    try {
      const response = await inRequest({ requestId }, () => next(request));
      response.header.set(requestIdHeader, requestId);
      return response;
    } catch (error) {
      throw withRequestId(error, requestId);
    }
  };
}

function withRequestId(error: unknown, requestId: string): unknown {
  if (error instanceof ConnectError) error.metadata.set(requestIdHeader, requestId);
  return error;
}
