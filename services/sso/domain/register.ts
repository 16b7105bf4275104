import { randomUUID } from 'node:crypto';
import type { SsoDeps } from './deps.ts';
import { emailTaken } from './errors.ts';
import type { SessionClient } from './session.ts';
import { issueTokens, openSession, type Tokens } from './tokens.ts';
import { normalizeEmail, type User } from './types.ts';

export interface Credentials {
  readonly email: string;
  /** At most 72 bytes in UTF-8, checked by the contract. */
  readonly password: string;
  readonly client: SessionClient;
}

export interface SignedIn {
  readonly user: User;
  readonly tokens: Tokens;
}

/** Makes a customer and signs them in. @throws EMAIL_TAKEN, RATE_LIMITED, OVERLOADED */
export async function register(deps: SsoDeps, input: Credentials): Promise<SignedIn> {
  await deps.limits.register(input.client.address);
  const email = normalizeEmail(input.email);
  if ((await deps.repository.findUserByEmail(email)) !== undefined) throw emailTaken();
  const passwordHash = await deps.passwords.hash(input.password);
  const user: User = { userId: randomUUID(), email, roles: ['customer'], createTime: deps.clock() };
  const session = await deps.repository.transaction(async (repository) => {
    if (!(await repository.insertUser({ ...user, passwordHash }))) throw emailTaken();
    return openSession(deps, repository, user.userId, input.client);
  });
  deps.metrics.registered();
  return { user, tokens: await issueTokens(deps, user, session.sessionId, session.refreshToken) };
}
