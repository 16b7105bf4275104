import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgSchema, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { StoredAnswer, StoredRefusal } from './domain/types.ts';

export const backofficeSchema = pgSchema('backoffice');

const moment = (name: string) => timestamp(name, { withTimezone: true });

/**
 * What administrators changed or tried to change. A row is written before the change is made; only its outcome is set
 * later. A trigger forbids every other change. `sequence` goes up with each insert: pages are cut by it.
 */
export const auditTrail = backofficeSchema.table(
  'audit_trail',
  {
    id: uuid('id').primaryKey(),
    sequence: bigint('sequence', { mode: 'bigint' })
      .notNull()
      .generatedAlwaysAsIdentity({ name: 'audit_trail_sequence' }),
    createdAt: moment('created_at').notNull().defaultNow(),
    actorId: uuid('actor_id').notNull(),
    action: text('action').notNull(),
    userId: uuid('user_id').notNull(),
    amountMinor: bigint('amount_minor', { mode: 'bigint' }),
    currencyCode: text('currency_code'),
    /** For changes of roles. */
    role: text('role'),
    /** For refunds. */
    orderId: uuid('order_id'),
    /** The role by which the actor may ask for it. Older entries have it for refunds only. */
    actorRole: text('actor_role', { enum: ['admin', 'support'] }),
    /** Where the first request came from: a network, never a full address. Null in older entries. */
    clientNetwork: text('client_network'),
    /** What the program that sent it calls itself. */
    userAgent: text('user_agent'),
    reason: text('reason').notNull(),
    requestId: uuid('request_id').notNull(),
    outcome: text('outcome', { enum: ['OPEN', 'DONE', 'REFUSED'] })
      .notNull()
      .default('OPEN'),
    answer: jsonb('answer').$type<StoredAnswer>(),
    refusal: jsonb('refusal').$type<StoredRefusal>(),
    endedAt: moment('ended_at'),
    /** When a change whose outcome is not known is tried again. */
    nextTryAt: moment('next_try_at').notNull(),
  },
  (table) => [
    uniqueIndex('audit_trail_once_per_request').on(table.actorId, table.action, table.requestId),
    index('audit_trail_in_order').on(table.sequence),
    index('audit_trail_of_user').on(table.userId, table.sequence),
    index('audit_trail_of_actor').on(table.actorId, table.sequence),
    index('audit_trail_of_action').on(table.action, table.sequence),
    index('audit_trail_of_order')
      .on(table.orderId, table.sequence)
      .where(sql`order_id is not null`),
    index('audit_trail_open')
      .on(table.nextTryAt)
      .where(sql`outcome = 'OPEN'`),
    check('audit_trail_outcome', sql`${table.outcome} in ('OPEN', 'DONE', 'REFUSED')`),
    check('audit_trail_ended', sql`(${table.outcome} = 'OPEN') = (${table.endedAt} is null)`),
    // An older process does not know a newer action: without this it would end such an entry without doing anything.
    check('audit_trail_answered', sql`${table.outcome} <> 'DONE' or ${table.answer} is not null`),
    check('audit_trail_money', sql`(${table.amountMinor} is null) = (${table.currencyCode} is null)`),
  ],
);

/**
 * What was changed without this service, which no sweep of it tries again: by operators with the command line, and by
 * administrators in the catalog (taken from the products service). The trail shows it among the changes that it makes
 * itself: `sequence` is theirs, too. A trigger keeps it as they are kept.
 */
export const operations = backofficeSchema.table(
  'operations',
  {
    id: uuid('id').primaryKey(),
    sequence: bigint('sequence', { mode: 'bigint' })
      .notNull()
      .default(sql`nextval('backoffice.audit_trail_sequence')`),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** The operating system's user and the machine; empty for calls of an API. */
    actorName: text('actor_name').notNull(),
    /** The account, if the command line signed in with one. */
    actorId: uuid('actor_id'),
    /** For calls of an API, as in `audit_trail`. */
    actorRole: text('actor_role', { enum: ['admin', 'support'] }),
    clientNetwork: text('client_network'),
    userAgent: text('user_agent'),
    requestId: uuid('request_id'),
    action: text('action').notNull(),
    /** The user whom it was about, if it was one. */
    userId: uuid('user_id'),
    /** Else what it was about: an order, a file, events. */
    subject: text('subject').notNull(),
    reason: text('reason').notNull(),
    outcome: text('outcome', { enum: ['OPEN', 'DONE', 'REFUSED'] })
      .notNull()
      .default('OPEN'),
    /** The reason of a refusal. */
    refusal: text('refusal').notNull().default(''),
    /** What came of it, for people. */
    detail: text('detail').notNull().default(''),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('operations_in_order').on(table.sequence),
    index('operations_of_user').on(table.userId, table.sequence),
    index('operations_of_actor').on(table.actorId, table.sequence),
    index('operations_of_action').on(table.action, table.sequence),
    // Other subjects may be longer than an index takes.
    index('operations_of_order')
      .on(table.subject, table.sequence)
      .where(sql`action = 'checkout.cancel'`),
    check('operations_outcome', sql`${table.outcome} in ('OPEN', 'DONE', 'REFUSED')`),
    check('operations_ended', sql`(${table.outcome} = 'OPEN') = (${table.endedAt} is null)`),
    check('operations_refusal', sql`(${table.outcome} = 'REFUSED') = (${table.refusal} <> '')`),
  ],
);
