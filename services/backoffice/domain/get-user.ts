import type { BackofficeDeps } from './deps.ts';
import type { User } from './types.ts';

/** @throws USER_NOT_FOUND */
export function getUser(deps: BackofficeDeps, input: { readonly userId: string }): Promise<User> {
  return deps.users.get(input.userId);
}
