import { AppError } from '../errors/app-error.ts';
import type { UserCaller } from './caller.ts';

/** The roles of those who work for the shop. An administrator may do all that support may. */
export type StaffRole = 'admin' | 'support';

/** A call by staff, as its roles are checked. */
export interface StaffCall {
  readonly caller: UserCaller;
  /** The role that the call needs. */
  readonly needs: StaffRole;
  /** Whether the call changes something. */
  readonly changes: boolean;
  /** The header with the caller's access token; empty within a process that knows the caller without one. */
  readonly authorization: string;
}

/** A person whose access token has a role that was taken since. */
function roleTaken(needs: StaffRole): AppError {
  const reason = needs === 'admin' ? 'ADMIN_REQUIRED' : 'SUPPORT_REQUIRED';
  return new AppError('permission_denied', reason, 'the role was taken since the access token was issued');
}

/**
 * The roles of an access token that its person still has: the token itself says nothing of a role that was taken since.
 * @param now the person's roles as sso has them
 * @throws SUPPORT_REQUIRED, ADMIN_REQUIRED
 */
export function keptRoles(
  { caller, needs }: Pick<StaffCall, 'caller' | 'needs'>,
  now: readonly string[],
): readonly string[] {
  const kept = caller.roles.filter((role) => now.includes(role));
  if (!kept.includes('admin') && !kept.includes(needs)) throw roleTaken(needs);
  return kept;
}
