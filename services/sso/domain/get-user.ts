import type { SsoDeps } from './deps.ts';
import { userNotFound } from './errors.ts';
import type { User } from './types.ts';

/** Any user, for other services. @throws USER_NOT_FOUND */
export async function getUser(deps: SsoDeps, { userId }: { readonly userId: string }): Promise<User> {
  const user = await deps.repository.findUser(userId);
  if (user === undefined) throw userNotFound(userId);
  return user;
}
