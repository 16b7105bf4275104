import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database, Executor } from '../../../platform/data/db/database.ts';
import { forgetRequests, once, type RequestKey } from '../../../platform/data/db/once.ts';
import type { ListedBackoffice, Backoffice } from '../domain/types.ts';
import { backoffices, requests } from '../schema.ts';

const columns = {
  backofficeId: backoffices.id,
  sequence: backoffices.sequence,
  userId: backoffices.userId,
  text: backoffices.text,
  createdAt: backoffices.createdAt,
};

function backofficeStatements(db: Executor) {
  return {
    insertBackoffice: async ({ backofficeId, userId, text }: Omit<Backoffice, 'createdAt'>): Promise<Backoffice> => {
      const [row] = await db.insert(backoffices).values({ id: backofficeId, userId, text }).returning(columns);
      if (row === undefined) throw new Error('the backoffice was not inserted');
      return row;
    },

    /** undefined for another user's, too. */
    findOwnBackoffice: async (userId: string, backofficeId: string): Promise<Backoffice | undefined> => {
      const own = and(eq(backoffices.id, backofficeId), eq(backoffices.userId, userId));
      const [row] = await db.select(columns).from(backoffices).where(own);
      return row;
    },

    /** Of one user, newest first; only those before a sequence, if there is one. */
    listBackoffices: async (
      userId: string,
      { before, limit }: { readonly before: bigint | undefined; readonly limit: number },
    ): Promise<ListedBackoffice[]> => {
      const older = before === undefined ? undefined : lt(backoffices.sequence, before);
      return db
        .select(columns)
        .from(backoffices)
        .where(and(eq(backoffices.userId, userId), older))
        .orderBy(desc(backoffices.sequence))
        .limit(limit);
    },
  };
}

type Statements = ReturnType<typeof backofficeStatements>;

/** What the statements inside a transaction are. */
export interface BackofficeTransaction extends Statements {
  /** Runs the effect once per request; see platform/data/db/once.ts. */
  readonly once: <Answer>(key: RequestKey, effect: () => Promise<Answer>) => Promise<Answer>;
}

export interface BackofficeRepository extends Statements {
  /** Commits what `work` wrote when it resolves, rolls all of it back when it throws. */
  readonly transaction: <Result>(work: (tx: BackofficeTransaction) => Promise<Result>) => Promise<Result>;
  /** Forgets answered requests older than `days`. */
  readonly forgetRequests: (days: number) => Promise<void>;
}

/** All SQL of the service. */
export function createBackofficeRepository(db: Database): BackofficeRepository {
  return {
    ...backofficeStatements(db),
    transaction: (work) =>
      db.transaction((tx) =>
        work({ ...backofficeStatements(tx), once: (key, effect) => once(tx, requests, key, effect) }),
      ),
    forgetRequests: async (days) => void (await forgetRequests(db, requests, days)),
  };
}
