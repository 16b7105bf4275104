import type { Interceptor } from '@connectrpc/connect';
import { permitKey } from '../overload/admission.ts';
import { observe } from './stream.ts';

/**
 * Keeps the call's permit until its work has ended: a call that timed out may still work, and a stream goes on after
 * its headers.
 */
export function overloadInterceptor(): Interceptor {
  return (next) => (request) => {
    const release = request.contextValues.get(permitKey)?.retain();
    return release === undefined ? next(request) : observe(() => next(request), release);
  };
}
