import type { Interceptor } from '@connectrpc/connect';
import { toConnectError } from '../errors/to-connect.ts';
import { createCheck } from '../rpc/interceptors/validation.ts';

/** The contract's rules and the mapping of errors, for tests of unary methods that say themselves who calls. */
export function contractInterceptor(): Interceptor {
  const check = createCheck();
  return (next) => async (request) => {
    try {
      if (!request.stream) check(request.method.input, request.message);
      return await next(request);
    } catch (error) {
      throw toConnectError(error);
    }
  };
}
