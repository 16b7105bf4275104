import { AppError } from '../../../platform/errors/app-error.ts';
import type { BackofficeDeps } from './deps.ts';
import { roleTaken } from './errors.ts';
import type { StaffRole } from './types.ts';

/** A read that goes on without sso must still have time for its own work. */
const readWaitsMs = 3_000;

interface Input {
  /** UUID of the person who calls. */
  readonly userId: string;
  /** The roles in the person's access token. */
  readonly roles: readonly string[];
  /** What the call needs. An administrator may do all that support may. */
  readonly needs: StaffRole;
  /** Whether the call changes something. */
  readonly changes: boolean;
}

/**
 * Refuses a person whose role was taken after the access token was issued: the token itself says nothing of that until it
 * expires. If sso does not answer, changes are refused. Reads are not: support then still sees where an order is.
 * @returns the roles of the token that the person still has
 * @throws SUPPORT_REQUIRED, ADMIN_REQUIRED; for a change also that sso does not answer
 */
export async function requireRole(deps: BackofficeDeps, input: Input): Promise<readonly string[]> {
  const { userId, roles, needs, changes } = input;
  const now = await deps.users.rolesOf(userId, changes ? undefined : readWaitsMs).catch((error: unknown) => {
    if (changes || !(error instanceof AppError) || error.kind === 'definitive') throw error;
    deps.logger.warn({ err: error, userId }, 'sso does not answer; a read goes by the role in the access token');
    return roles;
  });
  const kept = roles.filter((role) => now.includes(role));
  if (!kept.includes('admin') && !kept.includes(needs)) throw roleTaken(needs);
  return kept;
}
