import type { Interceptor } from '@connectrpc/connect';
import type { ServiceTokenSigner } from '../../auth/service-token.ts';
import { requestIdHeader } from '../interceptors/request-id.ts';
import { currentRequestId } from '../../telemetry/request-context.ts';

/** Sends the current request id. */
export const requestIdClientInterceptor: Interceptor = (next) => (request) => {
  const requestId = currentRequestId();
  if (requestId !== undefined) request.header.set(requestIdHeader, requestId);
  return next(request);
};

/** Signs each call with a token for its service and method only. */
export function serviceTokenClientInterceptor(signer: ServiceTokenSigner): Interceptor {
  return (next) => async (request) => {
    const use = { audience: request.service.typeName, scope: request.method.name };
    request.header.set('authorization', `Bearer ${await signer.sign(use)}`);
    return next(request);
  };
}
