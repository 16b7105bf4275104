import type { Interceptor } from '@connectrpc/connect';
import type { ServiceTokenSigner } from '../../auth/service-token.ts';
import { requestIdHeader } from '../interceptors/request-id.ts';
import { currentRequestId } from '../../telemetry/request-context.ts';

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
