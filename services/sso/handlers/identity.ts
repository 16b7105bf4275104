import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { toUserMessage } from '../convert/user.ts';
import type { SsoDeps } from '../domain/deps.ts';
import { getMe as findMe } from '../domain/get-me.ts';

export function getMe(deps: SsoDeps): ServiceImpl<typeof AuthService>['getMe'] {
  return async (_, context) => ({ user: toUserMessage(await findMe(deps, requireUser(context).userId)) });
}

export function validateToken(deps: SsoDeps): ServiceImpl<typeof AuthService>['validateToken'] {
  return async ({ accessToken }) => {
    const { userId, roles, expiresAt } = await deps.verifier.verify(accessToken);
    return { userId, roles: [...roles], expireTime: timestampFromDate(expiresAt) };
  };
}
