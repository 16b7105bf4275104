import type { Database } from '../../../platform/data/db/database.ts';
import { forgetRequests, once, type RequestKey } from '../../../platform/data/db/once.ts';
import { plainSteps } from './plain.ts';
import { readStatements } from './read.ts';
import { recordStatements } from './record.ts';
import { searchStatements } from './search.ts';
import { refundStatements, sweepStatements } from './sweep.ts';
import { endingStatements, insertOrder, type OrderToInsert } from './write.ts';
import { requests } from '../schema.ts';

export { changesChannel } from './write.ts';

/** All SQL of the order service. */
export function createOrderRepository(db: Database) {
  return {
    ...readStatements(db),
    ...recordStatements(db),
    ...refundStatements(db),
    ...searchStatements(db),
    ...sweepStatements(db),
    plain: plainSteps(db),

    /** Writes order, lines and history. @returns the create time; `undefined` if the request has an order already */
    insert: (order: OrderToInsert): Promise<Date | undefined> => insertOrder(db, order),

    transaction: <Result>(work: (tx: OrderTransaction) => Promise<Result>): Promise<Result> =>
      db.transaction((tx) => work(endingStatements(tx))),

    /** Runs `effect` once for each key, in the transaction that stores the key. @throws REQUEST_ID_REUSED */
    once: (key: RequestKey, effect: (tx: OrderTransaction) => Promise<void>): Promise<void> =>
      db.transaction(async (tx) => {
        await once(tx, requests, key, async () => {
          await effect(endingStatements(tx));
          return null;
        });
      }),

    /** Deletes request ids older than `days` days, in batches until `signal` ends it. @returns how many */
    forgetRequests: (days: number, signal?: AbortSignal): Promise<number> =>
      forgetRequests(db, requests, days, { signal }),
  };
}

/** The statements inside a transaction. */
export type OrderTransaction = ReturnType<typeof endingStatements>;
export type OrderRepository = ReturnType<typeof createOrderRepository>;
