import type { DescMethod } from '@bufbuild/protobuf';
import { ConnectError, type Interceptor, type StreamRequest, type StreamResponse } from '@connectrpc/connect';
import { bearerToken } from '../../auth/bearer.ts';
import { acceptRequestId } from '../../telemetry/request-context.ts';
import { acceptTraceparent, traceparentHeader } from '../../telemetry/trace-context.ts';
import { callersTimeoutMs } from '../server/timeouts.ts';
import type { Call, Guard } from './guard.ts';
import { requestIdHeader } from './request-id.ts';

/**
 * Runs calls that come through Connect's handlers with the guard of their method. Each call has an id: the caller's if it
 * is well formed, else a new one. It is returned.
 */
export function edgeInterceptor(guardOf: (method: DescMethod) => Guard): Interceptor {
  return (next) => async (request) => {
    const { header } = request;
    const requestId = acceptRequestId(header.get(requestIdHeader));
    header.set(requestIdHeader, requestId);
    const guard = guardOf(request.method);
    const call: Call = {
      requestId,
      traceparent: acceptTraceparent(header.get(traceparentHeader)),
      credential: { token: bearerToken(header.get('authorization')) },
      // Connect itself ends a stream at the caller's deadline.
      timeoutMs: request.stream ? Number.POSITIVE_INFINITY : callersTimeoutMs(header),
      values: request.contextValues,
      inProcess: false,
      follow: (scope) => scope.follow(request.signal),
    };
    try {
      const response = request.stream
        ? await stream(guard, call, request, next)
        : await guard.unary(call, request.message, (scope) => next({ ...request, signal: scope.signal }));
      response.header.set(requestIdHeader, requestId);
      return response;
    } catch (error) {
      if (error instanceof ConnectError) error.metadata.set(requestIdHeader, requestId);
      throw error;
    }
  };
}

async function stream(guard: Guard, call: Call, request: StreamRequest, next: Parameters<Interceptor>[0]) {
  let response: StreamResponse | undefined;
  const answers = await guard.stream(call, async (scope) => {
    const opened = await next({ ...request, message: guard.checked(request.message), signal: scope.signal });
    if (!opened.stream) throw new Error('a stream was answered with a single message');
    response = opened;
    return opened.message;
  });
  if (response === undefined) throw new Error('a stream was opened without an answer');
  return { ...response, message: answers };
}
