import type { SsoDeps } from './deps.ts';
import { invalidCredentials, tokenInvalid } from './errors.ts';
import { matchingForm, newPassword, passwordForms } from './password.ts';
import { requireLiveSession } from './session.ts';
import type { SessionCaller } from './types.ts';

export interface PasswordChange {
  readonly caller: SessionCaller;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The client's IP address; empty for a call within the process. */
  readonly address: string;
}

/**
 * Changes the caller's password and ends all their other sessions, since somebody else may have known the old password.
 * A wrong current password counts as a failed login, so that a stolen session does not avoid that limit.
 * @returns how many other sessions ended
 * @throws INVALID_CREDENTIALS, also if the password was changed meanwhile; RATE_LIMITED, OVERLOADED, TOKEN_INVALID,
 *   VALIDATION_FAILED
 */
export async function changePassword(deps: SsoDeps, input: PasswordChange): Promise<number> {
  const { userId, sessionId } = input.caller;
  const forms = passwordForms('current_password', input.currentPassword);
  const password = newPassword('new_password', input.newPassword);
  await requireLiveSession(deps, input.caller);
  const user = await deps.repository.findUserWithCredentials(userId);
  if (user === undefined) throw tokenInvalid();
  const attempt = await deps.limits.login(user.email, input.address);
  if ((await matchingForm(deps.passwords, forms, user.passwordHash)) === undefined) {
    await attempt.failed();
    throw invalidCredentials();
  }
  await attempt.succeeded();
  const passwordHash = await deps.passwords.hash(password);
  return deps.repository.transaction(async (repository) => {
    const now = deps.clock();
    if (!(await repository.changePassword(userId, user.passwordVersion, passwordHash))) throw invalidCredentials();
    const live = await repository.lockLiveSessions(userId, now);
    if (!live.includes(sessionId)) throw tokenInvalid();
    return repository.revokeSessionsExcept(userId, sessionId, 'password_change', now);
  });
}
