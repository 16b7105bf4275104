import type { HandlerContext } from '@connectrpc/connect';
import { requireUser } from '../../../platform/auth/caller.ts';
import { clientRecordOf } from '../../../platform/rpc/server/calling-client.ts';
import type { Actor } from '../domain/types.ts';

/** Who asks for a change, and from where, for the audit trail. @throws TOKEN_INVALID without a user */
export function actorOf(context: HandlerContext): Actor {
  return { actorId: requireUser(context).userId, ...clientRecordOf(context) };
}
