import type { Interceptor } from '@connectrpc/connect';
import { placeKey } from '../overload/admission.ts';
import { observe } from './stream.ts';

/**
 * Keeps the call's place until its work is over: a call that timed out may still work, and a stream goes on after its
 * headers are out.
 */
export function overloadInterceptor(): Interceptor {
  return (next) => (request) => {
    const letGo = request.contextValues.get(placeKey)?.hold();
    return letGo === undefined ? next(request) : observe(() => next(request), letGo);
  };
}
