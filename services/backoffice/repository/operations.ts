import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { Database } from '../../../platform/data/db/database.ts';
import type { Operation, OperationEnd, RecordedOperation } from '../domain/operation.ts';
import { operations } from '../schema.ts';
import type { EntryFilter } from './filter.ts';

export interface OperationRepository {
  /** Writes a new, open entry. @returns its id */
  readonly beginOperation: (operation: Operation) => Promise<string>;
  /** Writes how an open entry came out. */
  readonly endOperation: (entryId: string, end: OperationEnd) => Promise<void>;
  /** Writes into an open entry what is known. It stays open, because nobody knows what was changed. */
  readonly noteOperation: (entryId: string, detail: string) => Promise<void>;
  /** Newest first. */
  readonly listOperations: (filter: EntryFilter) => Promise<readonly RecordedOperation[]>;
}

/** What operators changed by the command line, which writes it itself. */
export function createOperationRepository(db: Database): OperationRepository {
  return {
    beginOperation: async (operation) => {
      const id = randomUUID();
      await db.insert(operations).values({ id, ...operation });
      return id;
    },

    endOperation: async (entryId, { detail, refusal }) => {
      const outcome = refusal === undefined ? 'DONE' : 'REFUSED';
      await db
        .update(operations)
        .set({ outcome, detail, refusal: refusal ?? '', endedAt: sql`clock_timestamp()` })
        .where(and(eq(operations.id, entryId), eq(operations.outcome, 'OPEN')));
    },

    noteOperation: async (entryId, detail) => {
      await db
        .update(operations)
        .set({ detail })
        .where(and(eq(operations.id, entryId), eq(operations.outcome, 'OPEN')));
    },

    listOperations: async ({ userId, actorId, orderSubject, action, before, limit }) => {
      const rows = await db
        .select()
        .from(operations)
        .where(
          and(
            userId === undefined ? undefined : eq(operations.userId, userId),
            actorId === undefined ? undefined : eq(operations.actorId, actorId),
            orderSubject === undefined ? undefined : isAbout(orderSubject),
            action === undefined ? undefined : eq(operations.action, action),
            before === undefined ? undefined : lt(operations.sequence, before),
          ),
        )
        .orderBy(desc(operations.sequence))
        .limit(limit);
      return rows.map(toOperation);
    },
  };
}

/** The action is in the text of the query, because its index is for this action only. */
function isAbout(orderSubject: string) {
  return and(sql`${operations.action} = 'checkout.cancel'`, eq(operations.subject, orderSubject));
}

function toOperation({ id, actorId, userId, refusal, ...row }: typeof operations.$inferSelect): RecordedOperation {
  return {
    ...row,
    entryId: id,
    actorId: actorId ?? undefined,
    userId: userId ?? undefined,
    refusal: refusal === '' ? undefined : refusal,
  };
}
