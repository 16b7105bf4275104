import type { SsoDeps } from './deps.ts';
import { tokenInvalid } from './errors.ts';
import type { User } from './types.ts';

/** The user of a verified token. @throws TOKEN_INVALID if the user does not exist any more */
export async function getMe(deps: SsoDeps, { userId }: { readonly userId: string }): Promise<User> {
  const user = await deps.repository.findUser(userId);
  if (user === undefined) throw tokenInvalid();
  return user;
}
