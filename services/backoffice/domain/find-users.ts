import type { BackofficeDeps } from './deps.ts';
import type { User } from './types.ts';

/** The users who have the email address: one or none, because an address belongs to one user. */
export async function findUsers(deps: BackofficeDeps, input: { readonly email: string }): Promise<readonly User[]> {
  const user = await deps.users.findByEmail(input.email);
  return user === undefined ? [] : [user];
}
