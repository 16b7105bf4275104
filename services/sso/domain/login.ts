import type { SsoDeps } from './deps.ts';
import { normalizeEmail } from './email.ts';
import { invalidCredentials } from './errors.ts';
import { issueTokens, openSession } from './tokens.ts';
import type { Credentials, SessionClient, SignedIn, User, UserWithCredentials, UserWithPassword } from './types.ts';

/**
 * Signs a user in. An unknown user costs the same hash as a wrong password. Failures count against the account at this
 * address and against the address: whoever guesses locks out themselves, not the owner elsewhere.
 * @throws INVALID_CREDENTIALS, RATE_LIMITED, OVERLOADED
 */
export async function login(deps: SsoDeps, input: Credentials): Promise<SignedIn> {
  const email = normalizeEmail(input.email);
  const attempt = await deps.limits.login(email, input.client.address);
  const user = await deps.repository.findUserByEmail(email);
  const matches = await deps.passwords.verify(input.password, user?.passwordHash);
  if (user === undefined || !matches) {
    deps.metrics.login('refused');
    await attempt.failed();
    throw invalidCredentials();
  }
  await attempt.succeeded();
  await renewHash(deps, user, input.password);
  const session = await startSession(deps, user, input.client);
  deps.metrics.login('ok');
  const { userId, roles, createTime } = user;
  const person: User = { userId, email, roles, createTime };
  return { user: person, tokens: await issueTokens(deps, { user: person, ...session }) };
}

/** A change of password ends all sessions: none may be opened after it with the old one. */
function startSession(deps: SsoDeps, user: UserWithCredentials, client: SessionClient) {
  return deps.repository.transaction(async (tx) => {
    if (!(await tx.holdPassword(user.userId, user.passwordVersion))) throw invalidCredentials();
    return openSession(deps, { tx, userId: user.userId, client });
  });
}

/** After a change of cost, hashes of the old one would tell known users from unknown ones by their time. */
async function renewHash(deps: SsoDeps, user: UserWithPassword, password: string): Promise<void> {
  if (!deps.passwords.isOutdated(user.passwordHash)) return;
  await deps.repository.setPasswordHash(user.userId, user.passwordHash, await deps.passwords.hash(password));
}
