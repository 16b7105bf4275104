import { asc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Executor, Transaction } from '../../../platform/data/db/database.ts';
import type { SigningKey } from '../domain/keys/signing-key.ts';
import { signingKeys } from '../schema.ts';

// An arbitrary number. Every change of keys takes this lock first, so that replicas make one first key together.
const advisoryLock = 7_215_002;

const stored = {
  kid: signingKeys.kid,
  state: signingKeys.state,
  publicJwk: signingKeys.publicJwk,
  privateJwkSealed: signingKeys.privateJwkSealed,
  createdAt: signingKeys.createdAt,
  activatedAt: signingKeys.activatedAt,
  deactivatedAt: signingKeys.deactivatedAt,
  retiredAt: signingKeys.retiredAt,
};
const oldestFirst = [asc(signingKeys.createdAt), asc(signingKeys.kid)];

/** Statements on signing keys. */
export function keyStatements(db: Executor) {
  const set = (kid: string, values: Partial<typeof signingKeys.$inferInsert>) =>
    db.update(signingKeys).set(values).where(eq(signingKeys.kid, kid));
  return {
    /** Oldest first. */
    allKeys: async (): Promise<SigningKey[]> =>
      db
        .select(stored)
        .from(signingKeys)
        .orderBy(...oldestFirst),

    /** All keys that are not retired, oldest first. */
    usableKeys: async (): Promise<SigningKey[]> =>
      db
        .select(stored)
        .from(signingKeys)
        .where(ne(signingKeys.state, 'retired'))
        .orderBy(...oldestFirst),

    insertKey: async (key: SigningKey): Promise<void> => {
      await db.insert(signingKeys).values(key);
    },
    activateKey: async (kid: string, now: Date): Promise<void> => {
      await set(kid, { state: 'active', activatedAt: now });
    },
    deactivateKey: async (kid: string, now: Date): Promise<void> => {
      await set(kid, { state: 'published', deactivatedAt: now });
    },
    retireKey: async (kid: string, now: Date): Promise<void> => {
      await set(kid, { state: 'retired', retiredAt: now });
    },
    retireAll: async (now: Date): Promise<void> => {
      await db
        .update(signingKeys)
        .set({ state: 'retired', retiredAt: now })
        .where(inArray(signingKeys.state, ['published', 'active']));
    },
  };
}

export type KeyStatements = ReturnType<typeof keyStatements>;

/** Takes the keys' lock until the transaction ends. */
export async function lockKeys(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${advisoryLock})`);
}
