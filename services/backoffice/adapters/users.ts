import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type { UserDirectoryService } from '../../../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import type { User as UserMessage } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import type { User } from '../domain/types.ts';
import type { Users } from '../ports.ts';

export type UserDirectoryClient = Client<typeof UserDirectoryService>;

/** The users of the sso service. */
export function createUsers(client: UserDirectoryClient): Users {
  return {
    findByEmail: async (email) => {
      const { user } = await client.findByEmail({ email }).catch(refuse);
      return user && fromMessage(user);
    },
    get: async (userId) => {
      const { user } = await client.get({ userId }).catch(refuse);
      if (user === undefined) throw new Error('the answer of the sso service contains no user');
      return fromMessage(user);
    },
    rolesOf: async (userId, withinMs) => {
      try {
        const { user } = await client.get({ userId }, withinMs === undefined ? {} : { timeoutMs: withinMs });
        return user?.roles ?? [];
      } catch (error) {
        const known = fromConnectError(error);
        if (known instanceof AppError && known.reason === 'USER_NOT_FOUND') return [];
        throw known;
      }
    },
    grantRole: async (change) => {
      const { roles } = await client.grantRole(change).catch(refuse);
      return { roles };
    },
    revokeRole: async (change) => {
      const { roles } = await client.revokeRole(change).catch(refuse);
      return { roles };
    },
  };
}

/** @throws the refusal of sso, as an AppError with its reason */
function refuse(error: unknown): never {
  throw fromConnectError(error);
}

function fromMessage({ userId, email, roles, createTime }: UserMessage): User {
  if (createTime === undefined) throw new Error('the answer of the sso service is incomplete');
  return { userId, email, roles, createTime: timestampDate(createTime) };
}
