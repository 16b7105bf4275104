import { sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import { keyStatements, lockKeys, type KeyStatements } from './keys.ts';
import { roleStatements } from './roles.ts';
import { sessionStatements } from './sessions.ts';
import { userStatements } from './users.ts';

function statements(db: Executor) {
  return { ...userStatements(db), ...sessionStatements(db), ...roleStatements(db) };
}

/** The statements inside a transaction. */
export type SsoTransaction = ReturnType<typeof statements>;

export interface SsoRepository extends SsoTransaction {
  /** Commits when `work` resolves, rolls back when it throws. */
  readonly transaction: <Result>(work: (repository: SsoTransaction) => Promise<Result>) => Promise<Result>;
  readonly allKeys: KeyStatements['allKeys'];
  readonly usableKeys: KeyStatements['usableKeys'];
  /** Runs `work` in a transaction with the keys' lock: no other process changes keys meanwhile. */
  readonly changingKeys: (work: (keys: KeyStatements) => Promise<void>) => Promise<void>;
  /** Resolves if Postgres answers. */
  readonly ping: () => Promise<void>;
}

/** All SQL of the sso service. */
export function createSsoRepository(db: Executor): SsoRepository {
  return {
    ...statements(db),
    transaction: (work) => db.transaction((tx) => work(statements(tx))),
    allKeys: keyStatements(db).allKeys,
    usableKeys: keyStatements(db).usableKeys,
    changingKeys: (work) =>
      db.transaction(async (tx) => {
        await lockKeys(tx);
        await work(keyStatements(tx));
      }),
    ping: async () => void (await db.execute(sql`select 1 from sso.users limit 1`)),
  };
}
