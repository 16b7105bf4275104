import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { sql } from 'drizzle-orm';
import { pgSchema } from 'drizzle-orm/pg-core';
import { createEmptyDatabase, type TestDatabase } from '../../testing/database.ts';
import { inboxTable, outboxTable } from '../tables.ts';

const schema = pgSchema('events');
export const outbox = outboxTable(schema);
export const inbox = inboxTable(schema);

/** Creates a database with only an outbox and an inbox. */
export async function createEventsDatabase(): Promise<TestDatabase> {
  const database = await createEmptyDatabase('events');
  const target = generateDrizzleJson({ schema, outbox, inbox });
  for (const statement of await generateMigration(generateDrizzleJson({}), target)) {
    await database.db.execute(sql.raw(statement));
  }
  return database;
}
