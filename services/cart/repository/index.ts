import { sql } from 'drizzle-orm';
import type { Database, Executor } from '../../../platform/data/db/database.ts';
import { forgetRequests, once, type RequestKey } from '../../../platform/data/db/once.ts';
import { consumeOnce, forgetReceived } from '../../../platform/events/inbox.ts';
import { cartReads, cartStatements } from './carts.ts';
import { claimStatements } from './claims.ts';
import { plainSteps, type PlainSteps } from './plain.ts';
import { recordStatements } from './record.ts';
import { inbox, requests } from '../schema.ts';

/** This service's name as a consumer of events: its Kafka group and its key in the inbox. */
export const consumerName = 'cart';

function statements(db: Executor) {
  return { ...cartStatements(db), ...claimStatements(db) };
}

type Statements = ReturnType<typeof statements>;

/** The statements inside a transaction. */
export interface CartTransaction extends Statements {
  /** Runs the effect unless the event was taken in before (rule S36). @returns whether it ran */
  readonly consumeOnce: (eventId: string, effect: () => Promise<void>) => Promise<boolean>;
  /** Runs `effect` once for each key and stores its answer as JSON: see platform/data/db/once.ts. */
  readonly once: <Answer>(key: RequestKey, effect: () => Promise<Answer>) => Promise<Answer>;
}

export interface CartRepository extends Statements, ReturnType<typeof recordStatements> {
  readonly plain: PlainSteps;
  /** Commits when `work` resolves, rolls back when it throws. */
  readonly transaction: <Result>(work: (tx: CartTransaction) => Promise<Result>) => Promise<Result>;
  /**
   * Deletes the ids of events that were taken in more than `days` days ago, in batches until `signal` ends it.
   * @returns how many
   */
  readonly forgetEvents: (days: number, signal?: AbortSignal) => Promise<number>;
  /** Deletes stored answers older than `days` days, in batches until `signal` ends it. @returns how many */
  readonly forgetRequests: (days: number, signal?: AbortSignal) => Promise<number>;
  /** Resolves if Postgres answers. */
  readonly ping: () => Promise<void>;
}

/** All SQL of the cart service. */
export function createCartRepository(db: Database): CartRepository {
  return {
    ...statements(db),
    ...cartReads(db),
    ...recordStatements(db, consumerName),
    plain: plainSteps(db, consumerName),
    transaction: (work) =>
      db.transaction((tx) =>
        work({
          ...statements(tx),
          consumeOnce: (eventId, effect) => consumeOnce(tx, inbox, consumerName, eventId, effect),
          once: (key, effect) => once(tx, requests, key, effect),
        }),
      ),
    forgetEvents: (days, signal) => forgetReceived(db, inbox, days, { signal }),
    forgetRequests: (days, signal) => forgetRequests(db, requests, days, { signal }),
    ping: async () => void (await db.execute(sql`select 1`)),
  };
}
