import { carryOut } from './carry-out.ts';
import type { BackofficeDeps } from './deps.ts';
import type { ChangedRoles, RoleWish } from './types.ts';

/**
 * Gives a user a role or takes one, once for each request id of an administrator.
 * @returns the user's roles after the change, and the UUID of the entry in the trail
 * @throws USER_NOT_FOUND, LAST_ADMIN, OWN_ROLE, REQUEST_ID_REUSED
 */
export async function changeRole(
  deps: BackofficeDeps,
  wish: RoleWish,
): Promise<ChangedRoles & { readonly entryId: string }> {
  const { entryId, answer } = await carryOut(deps, wish);
  if (!('roles' in answer)) throw new Error(`the entry ${entryId} keeps no roles`);
  return { entryId, roles: answer.roles };
}
