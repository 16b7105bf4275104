import { randomUUID } from 'node:crypto';
import type { SsoDeps } from './deps.ts';
import { normalizeEmail } from './email.ts';
import { newPassword } from './password.ts';

export type EnsuredAdmin = 'created' | 'present' | 'not_an_admin';

/**
 * Creates the first administrator. A user who has the email address already is not changed: the password stays, and a
 * customer does not become an administrator (`not_an_admin`).
 */
export async function ensureAdmin(
  deps: Pick<SsoDeps, 'repository' | 'passwords' | 'clock'>,
  admin: { readonly email: string; readonly password: string },
): Promise<EnsuredAdmin> {
  const email = normalizeEmail(admin.email);
  const existing = await deps.repository.findUserByEmail(email);
  if (existing !== undefined) return existing.roles.includes('admin') ? 'present' : 'not_an_admin';
  const passwordHash = await deps.passwords.hash(newPassword('password', admin.password));
  const roles = ['customer', 'admin'];
  const user = { userId: randomUUID(), email, roles, createTime: deps.clock(), passwordHash };
  // Of two replicas that start at the same time, only one inserts.
  return (await deps.repository.insertUser(user)) ? 'created' : 'present';
}
