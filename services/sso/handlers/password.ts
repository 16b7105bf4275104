import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { changePassword as change } from '../domain/change-password.ts';
import type { SsoDeps } from '../domain/deps.ts';
import { clientOf } from './client.ts';

export function changePassword(deps: SsoDeps): ServiceImpl<typeof AuthService>['changePassword'] {
  return async ({ currentPassword, newPassword }, context) => {
    const { address } = clientOf(context);
    return { revokedCount: await change(deps, requireUser(context), { currentPassword, newPassword, address }) };
  };
}
