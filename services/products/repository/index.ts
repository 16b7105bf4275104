import { sql } from 'drizzle-orm';
import type { Database, Executor, Transaction } from '../../../platform/data/db/database.ts';
import { forgetRequests, once, type RequestKey } from '../../../platform/data/db/once.ts';
import { catalogReads, catalogStatements } from './catalog.ts';
import { plainSteps, type PlainSteps } from './plain.ts';
import { recordStatements } from './record.ts';
import { nextExpiryMs, reservationStatements } from './reservations.ts';
import { searchReads, searchStatements } from './search.ts';
import { stockStatements } from './stock.ts';
import { trailStatements } from './trail.ts';
import { requests } from '../schema.ts';

/** What is read outside of transactions only. */
function reads(db: Database) {
  return { ...catalogReads(db), ...searchReads(db), ...recordStatements(db) };
}

function statements(db: Executor) {
  return {
    ...catalogStatements(db),
    ...searchStatements(db),
    ...stockStatements(db),
    ...reservationStatements(db),
    ...trailStatements(db),
  };
}

type Statements = ReturnType<typeof statements>;

/** The statements inside a transaction, and answers that are stored with their effect. */
export interface ProductsTransaction extends Statements {
  /** Runs `effect` once for each key and stores its answer as JSON: see platform/data/db/once.ts. */
  readonly once: <Answer>(key: RequestKey, effect: () => Promise<Answer>) => Promise<Answer>;
}

export interface ProductsRepository extends Statements, ReturnType<typeof reads> {
  readonly plain: PlainSteps;
  /** In how many milliseconds the next active reservation is overdue; `Infinity` if none is active. */
  readonly nextExpiryMs: () => Promise<number>;
  /** Commits when `work` resolves, rolls back when it throws. */
  readonly transaction: <Result>(work: (repository: ProductsTransaction) => Promise<Result>) => Promise<Result>;
  /** Deletes stored answers older than `days` days, in batches until `signal` ends it. @returns how many */
  readonly forgetRequests: (days: number, signal?: AbortSignal) => Promise<number>;
  /** Resolves if Postgres answers. */
  readonly ping: () => Promise<void>;
}

function inTransaction(tx: Transaction): ProductsTransaction {
  return { ...statements(tx), once: (key, effect) => once(tx, requests, key, effect) };
}

/** All SQL of the products service. */
export function createProductsRepository(db: Database): ProductsRepository {
  return {
    ...statements(db),
    ...reads(db),
    plain: plainSteps(db),
    nextExpiryMs: () => nextExpiryMs(db),
    transaction: (work) => db.transaction((tx) => work(inTransaction(tx))),
    forgetRequests: (days, signal) => forgetRequests(db, requests, days, { signal }),
    ping: async () => void (await db.execute(sql`select 1 from products.products limit 1`)),
  };
}
