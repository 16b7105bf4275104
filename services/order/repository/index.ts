import type { Database, Executor } from '../../../platform/data/db/database.ts';
import { forgetRequests, once, type RequestKey } from '../../../platform/data/db/once.ts';
import { readStatements } from './read.ts';
import { refundStatements, sweepStatements } from './sweep.ts';
import { writeStatements } from './write.ts';
import { requests } from '../schema.ts';

export { changesChannel } from './write.ts';

function statements(db: Executor) {
  return { ...readStatements(db), ...writeStatements(db), ...refundStatements(db) };
}

/** All SQL of the order service. */
export function createOrderRepository(db: Database) {
  return {
    ...statements(db),
    ...sweepStatements(db),

    transaction: <Result>(work: (tx: OrderTransaction) => Promise<Result>): Promise<Result> =>
      db.transaction((tx) => work(statements(tx))),

    /** Runs `effect` once for each key, in the transaction that stores the key. @throws REQUEST_ID_REUSED */
    once: (key: RequestKey, effect: (tx: OrderTransaction) => Promise<void>): Promise<void> =>
      db.transaction(async (tx) => {
        await once(tx, requests, key, async () => {
          await effect(statements(tx));
          return null;
        });
      }),

    /** Deletes request ids older than `days` days. @returns how many */
    forgetRequests: (days: number): Promise<number> => forgetRequests(db, requests, days),
  };
}

/** The statements inside a transaction. */
export type OrderTransaction = ReturnType<typeof statements>;
export type OrderRepository = ReturnType<typeof createOrderRepository>;
