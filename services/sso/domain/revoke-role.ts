import type { SsoDeps } from './deps.ts';
import { lastAdmin, userNotFound } from './errors.ts';
import type { RoleChange } from './role-change.ts';

/**
 * Takes a role from a user and ends the user's sessions, so that the role is gone when the last access token expires.
 * Administrators are locked before the user and then counted: two who revoke each other leave one.
 * @returns the user's roles after the change
 * @throws USER_NOT_FOUND, LAST_ADMIN
 */
export async function revokeRole(deps: SsoDeps, input: RoleChange): Promise<readonly string[]> {
  const { changeId, userId, role } = input;
  return deps.repository.transaction(async (repository) => {
    const admins = role === 'admin' ? await repository.lockAdmins() : [];
    const before = await repository.lockRoles(userId);
    if (before === undefined) throw userNotFound(userId);
    const known = await repository.findRoleChange(changeId);
    if (known !== undefined) return known;
    if (admins.length === 1 && admins[0] === userId) throw lastAdmin();
    const now = deps.clock();
    const roles = before.filter((each) => each !== role);
    await repository.insertRoleChange({ changeId, userId, roles, createdAt: now });
    if (!before.includes(role)) return roles;
    await repository.setRoles(userId, roles);
    await repository.lockLiveSessions(userId, now);
    await repository.revokeSessionsOf(userId, 'role_change', now);
    return roles;
  });
}
