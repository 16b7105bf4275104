import type { CallOptions, HandlerContext } from '@connectrpc/connect';

/** Options of a call made on behalf of the user behind `context`: their token, and cancelled when theirs is. */
export function forwardUser(context: Pick<HandlerContext, 'requestHeader' | 'signal'>): CallOptions {
  const authorization = context.requestHeader.get('authorization');
  return { signal: context.signal, ...(authorization === null ? {} : { headers: { authorization } }) };
}
