import { randomUUID } from 'node:crypto';
import type { SsoDeps } from './deps.ts';
import { normalizeEmail } from './email.ts';
import { emailTaken } from './errors.ts';
import { newPassword } from './password.ts';
import { issueTokens, openSession } from './tokens.ts';
import type { Credentials, SignedIn, User } from './types.ts';

/** Creates a customer and signs them in. @throws EMAIL_TAKEN, VALIDATION_FAILED, RATE_LIMITED, OVERLOADED */
export async function register(deps: SsoDeps, input: Credentials): Promise<SignedIn> {
  const password = newPassword('password', input.password);
  await deps.limits.register(input.client.address);
  const email = normalizeEmail(input.email);
  if ((await deps.repository.findUserByEmail(email)) !== undefined) throw emailTaken();
  const passwordHash = await deps.passwords.hash(password);
  const user: User = { userId: randomUUID(), email, roles: ['customer'], createTime: deps.clock() };
  const session = await deps.repository.transaction(async (tx) => {
    if (!(await tx.insertUser({ ...user, passwordHash }))) throw emailTaken();
    return openSession(deps, { tx, userId: user.userId, client: input.client });
  });
  deps.metrics.registered();
  return { user, tokens: await issueTokens(deps, { user, ...session }) };
}
