import type { ServiceImpl } from '@connectrpc/connect';
import type { UserDirectoryService } from '../../../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { userToMessage } from '../convert/user.ts';
import type { SsoDeps } from '../domain/deps.ts';
import { findByEmail } from '../domain/find-by-email.ts';
import { getUser } from '../domain/get-user.ts';
import { grantRole } from '../domain/grant-role.ts';
import { revokeRole } from '../domain/revoke-role.ts';
import type { RoleChange } from '../domain/role-change.ts';

/** The back office's look-ups of users, and its changes of their roles. */
export function userDirectoryServiceHandlers(deps: SsoDeps): ServiceImpl<typeof UserDirectoryService> {
  return {
    findByEmail: async ({ email }) => {
      const user = await findByEmail(deps, { email });
      return user === undefined ? {} : { user: userToMessage(user) };
    },
    get: async ({ userId }) => ({ user: userToMessage(await getUser(deps, { userId: userId.toLowerCase() })) }),
    grantRole: async (request) => ({ roles: [...(await grantRole(deps, changeFromMessage(request)))] }),
    revokeRole: async (request) => ({ roles: [...(await revokeRole(deps, changeFromMessage(request)))] }),
  };
}

const changeFromMessage = ({ changeId, userId, role }: RoleChange): RoleChange => ({
  changeId: changeId.toLowerCase(),
  userId: userId.toLowerCase(),
  role,
});
