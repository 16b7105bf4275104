import { bigint, index, pgSchema, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { requestsTable } from '../../platform/data/db/once.ts';

export const backofficeSchema = pgSchema('backoffice');

/** What users keep here. `sequence` goes up with each insert: pages are cut by it. */
export const backoffices = backofficeSchema.table(
  'backoffices',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    sequence: bigint('sequence', { mode: 'bigint' })
      .notNull()
      .generatedAlwaysAsIdentity({ name: 'backoffices_sequence' }),
    text: text('text').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('backoffices_of_user').on(table.userId, table.sequence)],
);

export const requests = requestsTable(backofficeSchema);
