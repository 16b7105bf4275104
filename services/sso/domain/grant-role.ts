import type { SsoDeps } from './deps.ts';
import { userNotFound } from './errors.ts';
import type { RoleChange } from './role-change.ts';

/**
 * Gives a user a role, if the user does not have it yet. @returns the user's roles after the change
 * @throws USER_NOT_FOUND
 */
export async function grantRole(deps: SsoDeps, input: RoleChange): Promise<readonly string[]> {
  const { changeId, userId, role } = input;
  return deps.repository.transaction(async (repository) => {
    const before = await repository.lockRoles(userId);
    if (before === undefined) throw userNotFound(userId);
    const known = await repository.findRoleChange(changeId);
    if (known !== undefined) return known;
    const roles = before.includes(role) ? before : [...before, role];
    await repository.setRoles(userId, roles);
    await repository.insertRoleChange({ changeId, userId, roles, createdAt: deps.clock() });
    return roles;
  });
}
