import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { Database } from '../../../platform/data/db/database.ts';
import type { CatalogChange } from '../domain/catalog-change.ts';
import type { Operation, OperationEnd, RecordedOperation } from '../domain/operation.ts';
import { operations } from '../schema.ts';
import type { EntryFilter } from './filter.ts';

/** After that an entry without an end is taken for one whose command broke off. */
const longestImportMs = 86_400_000;

export interface OperationRepository {
  /** Writes a new, open entry. @returns its id */
  readonly beginOperation: (operation: Operation) => Promise<string>;
  /** Writes how an open entry came out. */
  readonly endOperation: (entryId: string, end: OperationEnd) => Promise<void>;
  /** Writes how an order's cancels came out whose entries a command left open. It leaves other actions alone. */
  readonly endOpenCancels: (orderSubject: string, end: OperationEnd) => Promise<void>;
  /** Writes into an open entry what is known. It stays open, because nobody knows what was changed. */
  readonly noteOperation: (entryId: string, detail: string) => Promise<void>;
  /** Writes changes of the catalog that the trail does not have yet, as done. */
  readonly insertChanges: (changes: readonly CatalogChange[]) => Promise<void>;
  /** Newest first. */
  readonly listOperations: (filter: EntryFilter) => Promise<readonly RecordedOperation[]>;
}

/** What was changed without this service: by the command line, which writes it itself, and in the catalog. */
export function createOperationRepository(db: Database): OperationRepository {
  return {
    beginOperation: async (operation) => {
      const id = randomUUID();
      await db.insert(operations).values({ id, ...operation });
      return id;
    },

    endOperation: async (entryId, end) => {
      await db
        .update(operations)
        .set(ended(end))
        .where(and(eq(operations.id, entryId), eq(operations.outcome, 'OPEN')));
    },

    endOpenCancels: async (orderSubject, end) => {
      await db
        .update(operations)
        .set(ended(end))
        .where(and(isAbout(orderSubject), eq(operations.outcome, 'OPEN')));
    },

    noteOperation: async (entryId, detail) => {
      await db
        .update(operations)
        .set({ detail })
        .where(and(eq(operations.id, entryId), eq(operations.outcome, 'OPEN')));
    },

    insertChanges: async (changes) => {
      const told = await toldByCommandLine(db, changes);
      const rows = changes.filter(({ changeId }) => !told.has(changeId)).map(toRow);
      if (rows.length > 0) await db.insert(operations).values(rows).onConflictDoNothing();
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

function ended({ detail, refusal }: OperationEnd) {
  const outcome = refusal === undefined ? ('DONE' as const) : ('REFUSED' as const);
  return { outcome, detail, refusal: refusal ?? '', endedAt: sql`clock_timestamp()` };
}

/** The action is in the text of the query, because its index is for this action only. */
function isAbout(orderSubject: string) {
  return and(sql`${operations.action} = 'checkout.cancel'`, eq(operations.subject, orderSubject));
}

/**
 * Those changes that belong to an import by the command line, of which the trail has the entry already. A caller's word is
 * not enough: the entry must be one of the same account, and under way when the change was made.
 */
async function toldByCommandLine(db: Database, changes: readonly CatalogChange[]): Promise<ReadonlySet<string>> {
  const named = changes.flatMap(({ importEntryId }) => importEntryId ?? []);
  if (named.length === 0) return new Set();
  const imports = await db
    .select()
    .from(operations)
    .where(and(inArray(operations.id, named), eq(operations.action, 'products.import')));
  const known = new Map(imports.map((entry) => [entry.id, entry]));
  const told = changes.filter(({ importEntryId = '', action, actorId, createTime }) => {
    const entry = known.get(importEntryId);
    if (entry === undefined || entry.actorId !== actorId || entry.action !== action) return false;
    const last = entry.endedAt ?? new Date(entry.createdAt.getTime() + longestImportMs);
    return entry.createdAt <= createTime && createTime <= last;
  });
  return new Set(told.map(({ changeId }) => changeId));
}

function toRow({ changeId, createTime, importEntryId: _, reason, ...change }: CatalogChange) {
  return {
    ...change,
    ...{ id: changeId, createdAt: createTime, actorName: '', actorRole: 'admin' as const },
    reason: reason === '' ? 'not given' : reason,
    ...{ outcome: 'DONE' as const, endedAt: createTime },
  };
}

function toOperation(row: typeof operations.$inferSelect): RecordedOperation {
  const { id, actorId, actorRole, clientNetwork, userAgent, requestId, userId, refusal, ...rest } = row;
  return {
    ...rest,
    entryId: id,
    actorId: actorId ?? undefined,
    actorRole: actorRole ?? undefined,
    clientNetwork: clientNetwork ?? undefined,
    userAgent: userAgent ?? undefined,
    requestId: requestId ?? undefined,
    userId: userId ?? undefined,
    refusal: refusal === '' ? undefined : refusal,
  };
}
