import type { ServiceImpl } from '@connectrpc/connect';
import type { UserDirectoryService } from '../../../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { userToMessage } from '../convert/user.ts';
import type { SsoDeps } from '../domain/deps.ts';
import { findByEmail } from '../domain/find-by-email.ts';
import { getUser } from '../domain/get-user.ts';

/** The back office's look-ups of users. */
export function userDirectoryServiceHandlers(deps: SsoDeps): ServiceImpl<typeof UserDirectoryService> {
  return {
    findByEmail: async ({ email }) => {
      const user = await findByEmail(deps, { email });
      return user === undefined ? {} : { user: userToMessage(user) };
    },
    get: async ({ userId }) => ({ user: userToMessage(await getUser(deps, { userId: userId.toLowerCase() })) }),
  };
}
