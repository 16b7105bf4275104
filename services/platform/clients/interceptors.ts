import type { Interceptor } from '@connectrpc/connect';
import type { ServiceTokenSigner } from '../auth/service-token.ts';
import { AppError } from '../errors/app-error.ts';
import { fromConnectError } from '../errors/from-connect.ts';
import { observe } from '../interceptors/stream.ts';
import { requestIdHeader } from '../interceptors/request-id.ts';
import { currentRequestId } from '../telemetry/request-context.ts';

/** Lets the request's id travel along. */
export const requestIdClientInterceptor: Interceptor = (next) => (request) => {
  const requestId = currentRequestId();
  if (requestId !== undefined) request.header.set(requestIdHeader, requestId);
  return next(request);
};

/** Signs each call for exactly its service and method. */
export function serviceTokenClientInterceptor(signer: ServiceTokenSigner): Interceptor {
  return (next) => async (request) => {
    const use = { audience: request.service.typeName, scope: request.method.name };
    request.header.set('authorization', `Bearer ${await signer.sign(use)}`);
    return next(request);
  };
}

/** What a client throws is an AppError, whatever went wrong. */
export const errorsClientInterceptor: Interceptor = (next) => (request) =>
  observe(
    () => next(request),
    () => undefined,
    fromConnectError,
  );

/**
 * A refused service token is our misconfiguration: nothing happened, a repeat may succeed once it is mended, and our
 * own caller must not read it as being signed out.
 */
export const ownFaultClientInterceptor: Interceptor = (next) => (request) =>
  observe(
    () => next(request),
    () => undefined,
    (thrown) => {
      const error = fromConnectError(thrown);
      if (error.code !== 'unauthenticated' && error.code !== 'permission_denied') return error;
      return new AppError('internal', 'SERVICE_CALL_REFUSED', 'a call between services was refused', {
        kind: 'transient',
        cause: error,
      });
    },
  );
