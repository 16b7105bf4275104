import type { SsoDeps } from './deps.ts';
import { normalizeEmail } from './email.ts';
import type { User } from './types.ts';

/** The user who has the email address, in any spelling. The result has no password. */
export async function findByEmail(deps: SsoDeps, input: { readonly email: string }): Promise<User | undefined> {
  const found = await deps.repository.findUserByEmail(normalizeEmail(input.email));
  if (found === undefined) return undefined;
  const { userId, email, roles, createTime } = found;
  return { userId, email, roles, createTime };
}
