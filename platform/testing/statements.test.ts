import { sql } from 'drizzle-orm';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statement } from '../data/db/statement.ts';
import { createEmptyDatabase, type TestDatabase } from './database.ts';
import { recordStatements } from './statements.ts';

const numbers = pgTable('numbers', { value: integer('value') });
const double = statement('test.double', (given: { value: unknown }) => sql`select ${given.value}::int * 2 as doubled`);

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase('statements');
  await database.db.execute(sql`create table numbers (value int)`);
});
afterAll(() => database.close());

test('statements are told in the order in which they were sent, by name or by their first words', async () => {
  const { db } = database;
  const find = db
    .select()
    .from(numbers)
    .where(sql`value = ${sql.placeholder('value')}`)
    .prepare('test.find');
  const sent = await recordStatements(database, async () => {
    await double(db, { value: 2 });
    await find.execute({ value: 1 });
    await db.transaction(async (tx) => {
      await tx.execute(sql`insert into numbers values (${1})`);
    });
  });
  expect(sent).toEqual(['test.double', 'test.find', 'begin', 'insert into numbers', 'commit']);
  await double(db, { value: 2 });
  expect(sent).toHaveLength(5);
});
