import { randomUUID } from 'node:crypto';
import type { Database } from '../../../platform/data/db/database.ts';
import { createPasswords } from '../adapters/passwords.ts';
import { normalizeEmail } from '../domain/email.ts';
import { ensureAdmin } from '../domain/ensure-admin.ts';
import { newPassword } from '../domain/password.ts';
import { createSsoRepository } from '../repository/index.ts';

interface Login {
  readonly email: string;
  /** 8 to 72 bytes. */
  readonly password: string;
}

export interface SsoSeed {
  readonly bcryptCost: number;
  readonly admin: Login | undefined;
  readonly customer: Login | undefined;
}

/** Creates the administrator and a customer. Users who exist stay as they are. @returns the customer's user id */
export async function seedSso(db: Database, seed: SsoSeed): Promise<string | undefined> {
  const repository = createSsoRepository(db);
  const passwords = createPasswords({ cost: seed.bcryptCost });
  if (seed.admin !== undefined) await ensureAdmin({ repository, passwords, clock: () => new Date() }, seed.admin);
  if (seed.customer === undefined) return undefined;
  const email = normalizeEmail(seed.customer.email);
  const present = await repository.findUserByEmail(email);
  if (present !== undefined) return present.userId;
  const passwordHash = await passwords.hash(newPassword('password', seed.customer.password));
  await repository.insertUser({
    userId: randomUUID(),
    email,
    roles: ['customer'],
    createTime: new Date(),
    passwordHash,
  });
  return (await repository.findUserByEmail(email))?.userId;
}
