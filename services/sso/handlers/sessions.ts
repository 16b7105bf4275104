import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { toSessionMessage } from '../convert/user.ts';
import type { SsoDeps } from '../domain/deps.ts';
import { listSessions as list } from '../domain/list-sessions.ts';
import { revokeOtherSessions as revokeOthers } from '../domain/revoke-other-sessions.ts';
import { revokeSession as revoke } from '../domain/revoke-session.ts';

export function listSessions(deps: SsoDeps): ServiceImpl<typeof AuthService>['listSessions'] {
  return async ({ pageSize, pageToken }, context) => {
    const caller = requireUser(context);
    const { sessions, nextPageToken } = await list(deps, caller, { size: pageSize, token: pageToken });
    return { sessions: sessions.map((session) => toSessionMessage(session, caller.sessionId)), nextPageToken };
  };
}

export function revokeSession(deps: SsoDeps): ServiceImpl<typeof AuthService>['revokeSession'] {
  return async ({ sessionId }, context) => {
    // UUIDs are compared as text: one spelling for all.
    await revoke(deps, requireUser(context), sessionId.toLowerCase());
    return {};
  };
}

export function revokeOtherSessions(deps: SsoDeps): ServiceImpl<typeof AuthService>['revokeOtherSessions'] {
  return async (_, context) => ({ revokedCount: await revokeOthers(deps, requireUser(context)) });
}
