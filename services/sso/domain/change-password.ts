import type { SsoDeps } from './deps.ts';
import { invalidCredentials, tokenInvalid } from './errors.ts';
import { requireLiveSession } from './session.ts';
import type { SessionCaller } from './types.ts';

export interface PasswordChange {
  readonly caller: SessionCaller;
  readonly currentPassword: string;
  /** 8 to 72 bytes in UTF-8, checked by the contract. */
  readonly newPassword: string;
  /** The client's IP address; empty for a call within the process. */
  readonly address: string;
}

/**
 * Changes the caller's password and ends all their other sessions, since somebody else may have known the old password.
 * A wrong current password counts as a failed login, so that a stolen session does not avoid that limit.
 * @returns how many other sessions ended
 * @throws INVALID_CREDENTIALS, also if the password was changed meanwhile; RATE_LIMITED, OVERLOADED, TOKEN_INVALID
 */
export async function changePassword(deps: SsoDeps, input: PasswordChange): Promise<number> {
  const { userId, sessionId } = input.caller;
  await requireLiveSession(deps, input.caller);
  const user = await deps.repository.findUserWithCredentials(userId);
  if (user === undefined) throw tokenInvalid();
  const attempt = await deps.limits.login(user.email, input.address);
  if (!(await deps.passwords.verify(input.currentPassword, user.passwordHash))) {
    await attempt.failed();
    throw invalidCredentials();
  }
  await attempt.succeeded();
  const passwordHash = await deps.passwords.hash(input.newPassword);
  return deps.repository.transaction(async (repository) => {
    const now = deps.clock();
    if (!(await repository.changePassword(userId, user.passwordVersion, passwordHash))) throw invalidCredentials();
    const live = await repository.lockLiveSessions(userId, now);
    if (!live.includes(sessionId)) throw tokenInvalid();
    return repository.revokeSessionsExcept(userId, sessionId, 'password_change', now);
  });
}
