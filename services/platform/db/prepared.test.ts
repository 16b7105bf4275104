import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { testDatabaseUrl } from '../testing/database.ts';
import { openDatabase } from './database.ts';

test('a statement is parsed once a connection, in transactions too', async () => {
  const { db, close } = openDatabase({ url: testDatabaseUrl(), applicationName: 'test-prepared', poolSize: 1 });
  for (let value = 0; value < 3; value++) {
    await db.execute(sql`select ${value}::int as kept`);
    await db.transaction((tx) => tx.execute(sql`select ${value}::int as kept`));
  }
  const kept = await db.execute(sql`select 1 from pg_prepared_statements where statement like '%as kept'`);
  expect(kept).toHaveLength(1);
  await close();
});
