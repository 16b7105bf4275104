import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { clientOf } from '../../../platform/rpc/server/calling-client.ts';
import { sessionToMessage } from '../convert/session.ts';
import { tokensToMessage } from '../convert/tokens.ts';
import { userToMessage } from '../convert/user.ts';
import { changePassword } from '../domain/change-password.ts';
import type { SsoDeps } from '../domain/deps.ts';
import { getMe } from '../domain/get-me.ts';
import { listSessions } from '../domain/list-sessions.ts';
import { login } from '../domain/login.ts';
import { logout } from '../domain/logout.ts';
import { refresh } from '../domain/refresh.ts';
import { register } from '../domain/register.ts';
import { revokeOtherSessions } from '../domain/revoke-other-sessions.ts';
import { revokeSession } from '../domain/revoke-session.ts';
import type { SignedIn } from '../domain/types.ts';
import { validateToken } from '../domain/validate-token.ts';

export function authServiceHandlers(deps: SsoDeps): ServiceImpl<typeof AuthService> {
  return {
    register: async ({ email, password }, context) =>
      signedInToResponse(await register(deps, { email, password, client: clientOf(context) })),

    login: async ({ email, password }, context) =>
      signedInToResponse(await login(deps, { email, password, client: clientOf(context) })),

    refresh: async ({ refreshToken }, context) => ({
      tokens: tokensToMessage(await refresh(deps, { refreshToken, client: clientOf(context) })),
    }),

    logout: async ({ refreshToken }) => {
      await logout(deps, { refreshToken });
      return {};
    },

    getMe: async (_, context) => {
      const { userId } = requireUser(context);
      return { user: userToMessage(await getMe(deps, { userId })) };
    },

    validateToken: async ({ accessToken }) => {
      const { userId, roles, expiresAt } = await validateToken(deps, { accessToken });
      return { userId, roles: [...roles], expireTime: timestampFromDate(expiresAt) };
    },

    listSessions: async ({ pageSize, pageToken }, context) => {
      const caller = requireUser(context);
      const { sessions, nextPageToken } = await listSessions(deps, { caller, pageSize, pageToken });
      return { sessions: sessions.map((session) => sessionToMessage(session, caller.sessionId)), nextPageToken };
    },

    revokeSession: async ({ sessionId }, context) => {
      // UUIDs are compared as text, so they are always in lower case.
      await revokeSession(deps, { caller: requireUser(context), sessionId: sessionId.toLowerCase() });
      return {};
    },

    revokeOtherSessions: async (_, context) => ({
      revokedCount: await revokeOtherSessions(deps, { caller: requireUser(context) }),
    }),

    changePassword: async ({ currentPassword, newPassword }, context) => {
      const caller = requireUser(context);
      const { address } = clientOf(context);
      return { revokedCount: await changePassword(deps, { caller, currentPassword, newPassword, address }) };
    },
  };
}

function signedInToResponse({ user, tokens }: SignedIn) {
  return { user: userToMessage(user), tokens: tokensToMessage(tokens) };
}
