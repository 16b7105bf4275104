import type { Client } from '@connectrpc/connect';
import type { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import type { Accounts } from '../ports.ts';

export type AccountClient = Pick<Client<typeof AuthService>, 'getMe'>;

/** The sso service, asked with the caller's own token: so this service needs no key of its own. */
export function createAccounts(client: AccountClient): Accounts {
  return {
    rolesOf: async (authorization) => {
      try {
        return (await client.getMe({}, { headers: { authorization } })).user?.roles ?? [];
      } catch (error) {
        throw fromConnectError(error);
      }
    },
  };
}
