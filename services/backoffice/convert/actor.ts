import type { HandlerContext } from '@connectrpc/connect';
import { requireUser } from '../../../platform/auth/caller.ts';
import { clientRecordOf } from '../../../platform/rpc/server/calling-client.ts';
import type { StaffRole } from '../../../platform/auth/staff.ts';
import type { AskedFrom } from '../domain/types.ts';

interface Actor extends AskedFrom {
  /** UUID. */
  readonly actorId: string;
  readonly actorRole: StaffRole;
}

/** Who asks for a change, and from where, for the audit trail. @throws TOKEN_INVALID without a user */
export function actorOf(context: HandlerContext): Actor {
  const { userId, roles } = requireUser(context);
  return {
    actorId: userId,
    actorRole: roles.includes('admin') ? 'admin' : 'support',
    ...clientRecordOf(context),
  };
}
