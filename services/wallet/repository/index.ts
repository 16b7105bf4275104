import { sql } from 'drizzle-orm';
import type { Database, Executor } from '../../../platform/data/db/database.ts';
import { forgetRequests, once, type RequestKey } from '../../../platform/data/db/once.ts';
import { holdStatements, nextExpiryMs } from './holds.ts';
import { ledgerStatements } from './ledger.ts';
import { plainSteps, type PlainSteps } from './plain.ts';
import { readStatements } from './read.ts';
import { recordStatements } from './record.ts';
import { walletStatements } from './wallets.ts';
import { requests } from '../schema.ts';

function statements(db: Executor) {
  return { ...walletStatements(db), ...holdStatements(db), ...ledgerStatements(db) };
}

type Statements = ReturnType<typeof statements>;

/** The statements inside a transaction. */
export interface WalletTransaction extends Statements {
  /** Runs `effect` once for each key and stores its answer as JSON: see platform/data/db/once.ts. */
  readonly once: <Answer>(key: RequestKey, effect: () => Promise<Answer>) => Promise<Answer>;
}

export interface WalletRepository
  extends Statements, ReturnType<typeof readStatements>, ReturnType<typeof recordStatements> {
  readonly plain: PlainSteps;
  /** In how many milliseconds the next open hold is overdue; `Infinity` if none is open. */
  readonly nextExpiryMs: () => Promise<number>;
  /** Commits when `work` resolves, rolls back when it throws. */
  readonly transaction: <Result>(work: (tx: WalletTransaction) => Promise<Result>) => Promise<Result>;
  /** Deletes stored answers older than `days` days, in batches until `signal` ends it. @returns how many */
  readonly forgetRequests: (days: number, signal?: AbortSignal) => Promise<number>;
  /** Resolves if Postgres answers. */
  readonly ping: () => Promise<void>;
}

/** All SQL of the wallet service. */
export function createWalletRepository(db: Database): WalletRepository {
  return {
    ...statements(db),
    ...readStatements(db),
    ...recordStatements(db),
    plain: plainSteps(db),
    nextExpiryMs: () => nextExpiryMs(db),
    transaction: (work) =>
      db.transaction((tx) => work({ ...statements(tx), once: (key, effect) => once(tx, requests, key, effect) })),
    forgetRequests: (days, signal) => forgetRequests(db, requests, days, { signal }),
    ping: async () => void (await db.execute(sql`select 1`)),
  };
}
