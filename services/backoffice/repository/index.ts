import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { onlyFilter } from '../../../platform/data/db/filter.ts';
import { nextDue } from '../../../platform/data/db/next-due.ts';
import type { Database } from '../../../platform/data/db/database.ts';
import type { Action, Entry, RefundEntry, StoredAnswer, StoredRefusal, Wish } from '../domain/types.ts';
import { auditTrail } from '../schema.ts';
import type { EntryFilter } from './filter.ts';
import { createOperationRepository, type OperationRepository } from './operations.ts';

type End =
  | { readonly outcome: 'DONE'; readonly answer: StoredAnswer }
  | { readonly outcome: 'REFUSED'; readonly refusal: StoredRefusal };

export interface BackofficeRepository extends OperationRepository {
  /** Writes a new, open entry. A repeat of the same administrator, action and request id gets the one that is there. */
  readonly begin: (wish: Wish) => Promise<Entry>;
  /** Writes how an open entry came out. @returns false if it has ended before */
  readonly end: (entryId: string, end: End) => Promise<boolean>;
  /**
   * The outcome of an older refund of the same order, for the same reason by the same role; DONE comes before OPEN.
   * Undefined if there is none that is not refused.
   */
  readonly earlierRefund: (entry: RefundEntry) => Promise<'DONE' | 'OPEN' | undefined>;
  /** Open entries that are due, which then become due again later. */
  readonly leaseOpen: (limit: number) => Promise<readonly Entry[]>;
  /** In how many milliseconds the next open entry is due; `Infinity` if none is open. */
  readonly nextOpenMs: () => Promise<number>;
  /** Newest first. */
  readonly listEntries: (filter: EntryFilter) => Promise<readonly Entry[]>;
}

/** Longer than a request may last, so that a request and the sweep seldom try at the same time. */
const leaseSeconds = 30;
const later = sql`now() + make_interval(secs => ${sql.raw(String(leaseSeconds))})`;

const nextOpen = nextDue(
  'backoffice.next_open',
  sql`select next_try_at from backoffice.audit_trail where outcome = 'OPEN' order by next_try_at limit 1`,
);

/** All SQL of the service. */
export function createBackofficeRepository(db: Database): BackofficeRepository {
  return {
    ...createOperationRepository(db),

    begin: async (wish) => {
      const [made] = await db
        .insert(auditTrail)
        .values({
          id: randomUUID(),
          ...toColumns(wish),
          nextTryAt: later,
        })
        .onConflictDoNothing()
        .returning();
      if (made !== undefined) return toEntry(made);
      const { actorId, action, requestId } = wish;
      const [found] = await db
        .select()
        .from(auditTrail)
        .where(
          and(eq(auditTrail.actorId, actorId), eq(auditTrail.action, action), eq(auditTrail.requestId, requestId)),
        );
      if (found === undefined) throw new Error('the entry was neither written nor found');
      return toEntry(found);
    },

    end: async (entryId, end) => {
      const ended = await db
        .update(auditTrail)
        .set({ ...end, endedAt: sql`clock_timestamp()` })
        .where(and(eq(auditTrail.id, entryId), onlyFilter(sql`${auditTrail.outcome} = 'OPEN'`)))
        .returning({ id: auditTrail.id });
      return ended.length > 0;
    },

    earlierRefund: async ({ orderId, reason, actorRole, sequence }) => {
      const earlier = await db
        .selectDistinct({ outcome: auditTrail.outcome })
        .from(auditTrail)
        .where(
          and(
            eq(auditTrail.orderId, orderId),
            lt(auditTrail.sequence, sequence),
            eq(auditTrail.action, 'order.refund'),
            eq(auditTrail.reason, reason),
            eq(auditTrail.actorRole, actorRole),
          ),
        );
      const outcomes = new Set(earlier.map(({ outcome }) => outcome));
      return (['DONE', 'OPEN'] as const).find((outcome) => outcomes.has(outcome));
    },

    leaseOpen: async (limit) => {
      const due = db
        .select({ id: auditTrail.id })
        .from(auditTrail)
        .where(sql`${auditTrail.outcome} = 'OPEN' and ${auditTrail.nextTryAt} < now()`)
        .orderBy(auditTrail.nextTryAt)
        .limit(limit)
        .for('update', { skipLocked: true });
      const leased = await db
        .update(auditTrail)
        .set({ nextTryAt: later })
        .where(sql`${auditTrail.id} in ${due}`)
        .returning();
      return leased.map(toEntry);
    },

    nextOpenMs: () => nextOpen(db),

    listEntries: async ({ userId, actorId, orderId, action, before, limit }) => {
      const rows = await db
        .select()
        .from(auditTrail)
        .where(
          and(
            userId === undefined ? undefined : eq(auditTrail.userId, userId),
            actorId === undefined ? undefined : eq(auditTrail.actorId, actorId),
            orderId === undefined ? undefined : eq(auditTrail.orderId, orderId),
            action === undefined ? undefined : eq(auditTrail.action, action),
            before === undefined ? undefined : lt(auditTrail.sequence, before),
          ),
        )
        .orderBy(desc(auditTrail.sequence))
        .limit(limit);
      return rows.map(toEntry);
    },
  };
}

function toColumns(wish: Wish) {
  if ('role' in wish || 'orderId' in wish) return wish;
  const { amount, ...values } = wish;
  return { ...values, amountMinor: amount.minorUnits, currencyCode: amount.currencyCode };
}

function toEntry(row: typeof auditTrail.$inferSelect): Entry {
  const recorded = {
    entryId: row.id,
    sequence: row.sequence,
    createdAt: row.createdAt,
    actorId: row.actorId,
    actorRole: row.actorRole ?? undefined,
    clientNetwork: row.clientNetwork ?? undefined,
    userAgent: row.userAgent ?? undefined,
    userId: row.userId,
    reason: row.reason,
    requestId: row.requestId,
    outcome: row.outcome,
    answer: row.answer ?? undefined,
    refusal: row.refusal ?? undefined,
  };
  const action = row.action as Action;
  if (action === 'user.grant-role' || action === 'user.revoke-role')
    return { ...recorded, action, role: row.role ?? '' };
  if (action === 'order.refund')
    return { ...recorded, action, orderId: row.orderId ?? '', actorRole: row.actorRole ?? 'support' };
  const amount = { minorUnits: row.amountMinor ?? 0n, currencyCode: row.currencyCode ?? '' };
  return { ...recorded, action, amount };
}
