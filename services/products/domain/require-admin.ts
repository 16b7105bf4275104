import { keptRoles, type StaffCall } from '../../../platform/auth/staff.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { AccessDeps } from './deps.ts';
import { rolesUnknown } from './errors.ts';

/**
 * Refuses a person whose role was taken after the access token was issued. Only changes need a role here, so nothing is
 * done while sso does not answer.
 * @returns the roles of the token that the person still has
 * @throws ADMIN_REQUIRED, UPSTREAM_UNAVAILABLE
 */
export async function requireAdmin(deps: AccessDeps, input: StaffCall): Promise<readonly string[]> {
  const now = await deps.accounts.rolesOf(input.authorization).catch((error: unknown) => {
    if (error instanceof AppError && error.kind === 'definitive') throw error;
    throw rolesUnknown(error);
  });
  return keptRoles(input, now);
}
