import type { SsoDeps } from './deps.ts';
import { normalizeEmail } from './email.ts';
import { invalidCredentials } from './errors.ts';
import { matchingForm, normalizePassword, passwordForms, passwordProblem } from './password.ts';
import { issueTokens, openSession } from './tokens.ts';
import type { Credentials, SessionClient, SignedIn, User, UserWithCredentials, UserWithPassword } from './types.ts';

/**
 * Signs a user in. For an unknown user it takes as long as for a wrong password. Failures count for the account
 * together with the IP address, and for the IP address: a guesser does not lock the owner out at another address.
 * @throws INVALID_CREDENTIALS, VALIDATION_FAILED, RATE_LIMITED, OVERLOADED
 */
export async function login(deps: SsoDeps, input: Credentials): Promise<SignedIn> {
  const forms = passwordForms('password', input.password);
  const email = normalizeEmail(input.email);
  const attempt = await deps.limits.login(email, input.client.address);
  const user = await deps.repository.findUserByEmail(email);
  const password = await matchingForm(deps.passwords, forms, user?.passwordHash);
  if (user === undefined || password === undefined) {
    deps.metrics.login('refused');
    await attempt.failed();
    throw invalidCredentials();
  }
  await attempt.succeeded();
  await renewHash(deps, user, password);
  const session = await startSession(deps, user, input.client);
  deps.metrics.login('ok');
  const { userId, roles, createTime } = user;
  const person: User = { userId, email, roles, createTime };
  return { user: person, tokens: await issueTokens(deps, { user: person, ...session }) };
}

/** Opens a session, unless the password was changed since it was read: a change of the password ends all sessions. */
function startSession(deps: SsoDeps, user: UserWithCredentials, client: SessionClient) {
  return deps.repository.transaction(async (tx) => {
    if (!(await tx.lockPassword(user.userId, user.passwordVersion))) throw invalidCredentials();
    return openSession(deps, { tx, userId: user.userId, client });
  });
}

/**
 * Replaces a hash of another bcrypt cost: by its time, a guesser could tell known from unknown users. Replaces a hash of
 * a password that is not normalized, unless the normalized one is too short or too long.
 */
async function renewHash(deps: SsoDeps, user: UserWithPassword, password: string): Promise<void> {
  const best = passwordProblem(password) === undefined ? normalizePassword(password) : password;
  if (best === password && !deps.passwords.isOutdated(user.passwordHash)) return;
  await deps.repository.setPasswordHash(user.userId, user.passwordHash, await deps.passwords.hash(best));
}
