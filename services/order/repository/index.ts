import type { Database, Executor } from '../../../platform/data/db/database.ts';
import { forgetRequests, once, type RequestKey } from '../../../platform/data/db/once.ts';
import { readStatements } from './read.ts';
import { sweepStatements } from './sweep.ts';
import { writeStatements } from './write.ts';
import { requests } from '../schema.ts';

export { changesChannel } from './write.ts';

function statements(db: Executor) {
  return { ...readStatements(db), ...writeStatements(db), ...sweepStatements(db) };
}

/** All SQL of the order service; inside `transaction` the same statements run on one. */
export function createOrderRepository(db: Database) {
  return {
    ...statements(db),

    transaction: <Result>(work: (tx: OrderTransaction) => Promise<Result>): Promise<Result> =>
      db.transaction((tx) => work(statements(tx))),

    /** Runs `effect` in a transaction once per key; a repeat does nothing. @throws REQUEST_ID_REUSED */
    once: (key: RequestKey, effect: (tx: OrderTransaction) => Promise<void>): Promise<void> =>
      db.transaction(async (tx) => {
        await once(tx, requests, key, async () => {
          await effect(statements(tx));
          return null;
        });
      }),

    /** Forgets the ids of requests older than `days`. */
    forgetRequests: (days: number): Promise<number> => forgetRequests(db, requests, days),
  };
}

/** What the statements inside a transaction are. */
export type OrderTransaction = ReturnType<typeof statements>;
export type OrderRepository = ReturnType<typeof createOrderRepository>;
