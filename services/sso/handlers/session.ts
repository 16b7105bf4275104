import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { toTokensMessage } from '../convert/user.ts';
import type { SsoDeps } from '../domain/deps.ts';
import { logout as endSession } from '../domain/logout.ts';
import { refresh as exchange } from '../domain/refresh.ts';
import { clientOf } from './client.ts';

export function refresh(deps: SsoDeps): ServiceImpl<typeof AuthService>['refresh'] {
  return async ({ refreshToken }, context) => ({
    tokens: toTokensMessage(await exchange(deps, refreshToken, clientOf(context))),
  });
}

export function logout(deps: SsoDeps): ServiceImpl<typeof AuthService>['logout'] {
  return async ({ refreshToken }) => {
    await endSession(deps, refreshToken);
    return {};
  };
}
