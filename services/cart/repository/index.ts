import { sql } from 'drizzle-orm';
import type { Database, Executor } from '../../../platform/data/db/database.ts';
import { consumeOnce, forgetReceived } from '../../../platform/events/inbox.ts';
import { cartStatements } from './carts.ts';
import { claimStatements } from './claims.ts';
import { inbox } from '../schema.ts';

/** Name of this service as a consumer of events: the key of its inbox. */
export const consumerName = 'cart';

function statements(db: Executor) {
  return { ...cartStatements(db), ...claimStatements(db) };
}

type Statements = ReturnType<typeof statements>;

/** What the statements inside a transaction are. */
export interface CartTransaction extends Statements {
  /** Runs the effect unless the event was taken in before; tells whether it ran. */
  readonly consumeOnce: (eventId: string, effect: () => Promise<void>) => Promise<boolean>;
}

export interface CartRepository extends Statements {
  /** Commits what `work` wrote when it resolves, rolls all of it back when it throws. */
  readonly transaction: <Result>(work: (tx: CartTransaction) => Promise<Result>) => Promise<Result>;
  /** Forgets events taken in more than `days` ago. */
  readonly forgetEvents: (days: number) => Promise<void>;
  /** Answers or throws. */
  readonly ping: () => Promise<void>;
}

/** All SQL of the cart. */
export function createCartRepository(db: Database): CartRepository {
  return {
    ...statements(db),
    transaction: (work) =>
      db.transaction((tx) =>
        work({
          ...statements(tx),
          consumeOnce: (eventId, effect) => consumeOnce(tx, inbox, consumerName, eventId, effect),
        }),
      ),
    forgetEvents: async (days) => void (await forgetReceived(db, inbox, days)),
    ping: async () => void (await db.execute(sql`select 1`)),
  };
}
