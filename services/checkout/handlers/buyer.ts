import type { HandlerContext } from '@connectrpc/connect';
import { requireUser } from '../../../platform/auth/caller.ts';
import type { Buyer } from '../domain/types.ts';

/** The signed-in caller, whose token is forwarded as it came. */
export function buyerOf(context: HandlerContext): Buyer {
  const { userId } = requireUser(context);
  return { userId, authorization: context.requestHeader.get('authorization') ?? '' };
}
