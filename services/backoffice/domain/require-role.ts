import { keptRoles, type StaffCall } from '../../../platform/auth/staff.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { BackofficeDeps } from './deps.ts';

/** A read that goes on without sso must still have time for its own work. */
const readWaitsMs = 3_000;

/**
 * Refuses a person whose role was taken after the access token was issued. If sso does not answer, changes are refused.
 * Reads are not: support then still sees where an order is.
 * @returns the roles of the token that the person still has
 * @throws SUPPORT_REQUIRED, ADMIN_REQUIRED; for a change also that sso does not answer
 */
export async function requireRole(
  deps: BackofficeDeps,
  input: Omit<StaffCall, 'authorization'>,
): Promise<readonly string[]> {
  const { caller, changes } = input;
  const { userId, roles } = caller;
  const now = await deps.users.rolesOf(userId, changes ? undefined : readWaitsMs).catch((error: unknown) => {
    if (changes || !(error instanceof AppError) || error.kind === 'definitive') throw error;
    deps.logger.warn({ err: error, userId }, 'sso does not answer; a read goes by the role in the access token');
    return roles;
  });
  return keptRoles(input, now);
}
