import { Code, ConnectError } from '@connectrpc/connect';
import type { UserApi } from './api.ts';

/** A user who signs in again when the access token has expired, as it does while a command runs for long. */
export interface Session {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly call: <Answer>(use: (api: UserApi) => Promise<Answer>) => Promise<Answer>;
}

/** @param api the API for the user, who is signed in @param signIn signs the same user in again */
export function keepSignedIn(api: UserApi, signIn: () => Promise<UserApi>): Session {
  let now = api;
  const { userId, roles } = api;
  return {
    userId,
    roles,
    async call(use) {
      try {
        return await use(now);
      } catch (error) {
        if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
        now = await signIn();
        return use(now);
      }
    },
  };
}
