import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { openDatabase } from './database.ts';
import { statement, unlessRefusedByCheck, type Given } from './statement.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('wallet', 'wallet');
  await database.db.execute(sql`create table wallet.things (id int primary key, size bigint check (size > 0))`);
});
afterAll(() => database.close());

const insert = statement(
  'things.insert',
  (given: Given<{ id: number; size: bigint }>) =>
    sql`insert into wallet.things values (${given.id}::int, ${given.size}::bigint) on conflict do nothing returning size`,
  (row: { size: string }) => BigInt(row.size),
);

describe('a statement', () => {
  it('takes its input by name and decodes its rows', async () => {
    expect(await insert(database.db, { id: 1, size: 9_007_199_254_740_993n })).toEqual([9_007_199_254_740_993n]);
    expect(await insert(database.db, { id: 1, size: 5n })).toEqual([]);
  });

  it('is prepared once on each connection, under its name', async () => {
    const { db, close } = openDatabase({ url: database.url, applicationName: 'one connection', poolSize: 1 });
    for (const size of [1n, 2n, 3n]) await insert(db, { id: 10 + Number(size), size });
    const { rows } = await db.execute(sql`select name from pg_prepared_statements where name like 'things%'`);
    await close();
    expect(rows).toEqual([{ name: 'things.insert' }]);
  });

  it('writes nothing if a CHECK refuses it', async () => {
    expect(await unlessRefusedByCheck(insert(database.db, { id: 2, size: 0n }))).toBeUndefined();
    const { rows } = await database.db.execute(sql`select from wallet.things where id = 2`);
    expect(rows).toEqual([]);
  });

  it('passes every other error on', async () => {
    const broken = statement('things.broken', () => sql`select * from wallet.unknown_things`);
    await expect(unlessRefusedByCheck(broken(database.db, {}))).rejects.toMatchObject({ code: '42P01' });
  });
});
