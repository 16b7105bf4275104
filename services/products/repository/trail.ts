import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { Executor } from '../../../platform/data/db/database.ts';
import { onlyFilter } from '../../../platform/data/db/filter.ts';
import type { CatalogAction, CatalogChange } from '../domain/types.ts';
import { catalogChanges } from '../schema.ts';

/** A change of one product, to be written in the transaction that makes it. */
export type NewChange = Omit<CatalogChange, 'changeId' | 'createTime' | 'action' | 'importEntryId'> & {
  readonly action: Exclude<CatalogAction, 'products.import'>;
};

/** What one transaction of an import did. */
export interface ImportStep extends Omit<CatalogChange, 'createTime' | 'action' | 'detail'> {
  readonly created: number;
  readonly updated: number;
}

/** Longer than a call may last: so an import that broke off is told, too. */
const importSeconds = 60;

/** Statements on the changes that the audit trail takes. */
export function trailStatements(db: Executor) {
  return {
    insertChange: async (change: NewChange): Promise<void> => {
      await db.insert(catalogChanges).values({ id: randomUUID(), ...change });
    },

    /** Adds what a transaction of an import did to the one change that tells of the import. */
    countImport: async ({ changeId, created, updated, ...step }: ImportStep): Promise<void> => {
      await db
        .insert(catalogChanges)
        .values({
          ...step,
          ...{ id: changeId, action: 'products.import', created, updated },
          dueAt: sql`now() + make_interval(secs => ${importSeconds})`,
        })
        .onConflictDoUpdate({
          target: catalogChanges.id,
          set: {
            created: sql`${catalogChanges.created} + excluded.created`,
            updated: sql`${catalogChanges.updated} + excluded.updated`,
            dueAt: sql`excluded.due_at`,
          },
        });
    },

    /** The import is complete: the trail may take its change. */
    endImport: async (changeId: string): Promise<void> => {
      await db
        .update(catalogChanges)
        .set({ dueAt: sql`now()` })
        .where(eq(catalogChanges.id, changeId));
    },

    /** Changes that wait for the trail, the oldest first. */
    waitingChanges: async (limit: number): Promise<CatalogChange[]> => {
      const rows = await db
        .select()
        .from(catalogChanges)
        .where(and(isNull(catalogChanges.takenAt), lte(catalogChanges.dueAt, sql`now()`)))
        .orderBy(asc(catalogChanges.dueAt))
        .limit(limit);
      return rows.map(toChange);
    },

    confirmChanges: async (changeIds: readonly string[]): Promise<void> => {
      await db
        .update(catalogChanges)
        .set({ takenAt: sql`now()` })
        .where(and(inArray(catalogChanges.id, [...changeIds]), onlyFilter(isNull(catalogChanges.takenAt))));
    },
  };
}

function toChange({ id, createdAt, ...row }: typeof catalogChanges.$inferSelect): CatalogChange {
  const { actorId, clientNetwork, userAgent, action, subject, reason, created, updated } = row;
  return {
    ...{ changeId: id, createTime: createdAt, actorId, clientNetwork, userAgent, action, subject, reason },
    detail: action === 'products.import' ? `${created} created, ${updated} updated` : row.detail,
    requestId: row.requestId ?? undefined,
    importEntryId: row.importEntryId ?? undefined,
  };
}
