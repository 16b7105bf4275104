import { sql } from 'drizzle-orm';
import { pgSchema } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inboxTable, outboxTable } from '../../events/tables.ts';
import { forgetReceived } from '../../events/inbox.ts';
import { forgetPublished } from '../../events/outbox-store.ts';
import { untilBlocked } from '../../testing/contention.ts';
import { createEmptyDatabase, type TestDatabase } from '../../testing/database.ts';
import { daysAgo, forgetBefore } from './forget.ts';
import { forgetRequests, requestsTable } from './once.ts';

const schema = pgSchema('forgetting');
const table = inboxTable(schema);
const requests = requestsTable(schema);
const outbox = outboxTable(schema);
const old = { table, time: table.receivedAt, before: daysAgo(1) };

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase('forget');
  await run(`create schema forgetting;
    create table forgetting.inbox (consumer text, event_id uuid, received_at timestamptz default now());
    create table forgetting.requests (created_at timestamptz);
    create table forgetting.outbox (published_at timestamptz);
    create index on forgetting.inbox (received_at);
    create function forgetting.too_long() returns trigger language plpgsql as
      $$begin if (select count(*) from gone) > 5 then raise query_canceled; end if; return null; end$$;
    create function forgetting.refuse() returns trigger language plpgsql as
      $$begin if old.consumer = '23' then raise 'refused'; end if; return old; end$$;`);
});
afterAll(() => database.close());
beforeEach(() => run('truncate forgetting.inbox'));

const run = async (text: string): Promise<void> => void (await database.db.execute(sql.raw(text)));

/** Rows of two days ago, of which the first is the oldest; their consumers are the numbers from 1 on. */
const fill = (count: number) =>
  run(`insert into forgetting.inbox select n, gen_random_uuid(), now() - interval '2 days' + n * interval '1 us'
    from generate_series(1, ${count}) n`);

const left = async (): Promise<number[]> => {
  const { rows } = await database.db.execute<{ n: number }>(
    sql`select consumer::int as n from forgetting.inbox order by received_at`,
  );
  return rows.map(({ n }) => n);
};

test('more rows than a batch takes go in one run, and none that is too young', async () => {
  await fill(25);
  await run(`insert into forgetting.inbox values (99, gen_random_uuid(), now())`);
  expect(await forgetBefore(database.db, old, { batchSize: 10 })).toBe(25);
  expect(await left()).toEqual([99]);
});

test('rows of the same time go in several batches', async () => {
  await fill(25);
  await run(`update forgetting.inbox set received_at = now() - interval '2 days'`);
  expect(await forgetBefore(database.db, old, { batchSize: 10 })).toBe(25);
});

test('a stop ends it between two batches, and the oldest are gone', async () => {
  await fill(25);
  const stopping = new AbortController();
  const batches: number[] = [];
  const db = new Proxy(database.db, {
    get: (target, name) => {
      if (name !== 'execute') return Reflect.get(target, name) as unknown;
      return async (statement: ReturnType<typeof sql>) => {
        const answer = await target.execute(statement);
        if (batches.push(1) === 2) stopping.abort();
        return answer;
      };
    },
  });
  expect(await forgetBefore(db, old, { batchSize: 5, signal: stopping.signal })).toBe(10);
  expect(await left()).toEqual(Array.from({ length: 15 }, (_, index) => index + 11));
  expect(await forgetBefore(db, old, { batchSize: 5, signal: stopping.signal })).toBe(0);
});

test('a batch that fails keeps what went before it', async () => {
  await fill(25);
  await run(
    `create trigger refuse before delete on forgetting.inbox for each row execute function forgetting.refuse()`,
  );
  try {
    await expect(forgetBefore(database.db, old, { batchSize: 10 })).rejects.toMatchObject({
      cause: { message: 'refused' },
    });
    expect(await left()).toEqual([21, 22, 23, 24, 25]);
  } finally {
    await run('drop trigger refuse on forgetting.inbox');
  }
});

test('a batch that takes too long is tried again with fewer rows', async () => {
  await fill(25);
  await run(`create trigger too_long after delete on forgetting.inbox referencing old table as gone
    for each statement execute function forgetting.too_long()`);
  try {
    expect(await forgetBefore(database.db, old, { batchSize: 25 })).toBe(25);
  } finally {
    await run('drop trigger too_long on forgetting.inbox');
  }
});

test('a row that changes while its batch waits for it is kept', async () => {
  await fill(3);
  const { promise: changed, resolve: change } = Promise.withResolvers<void>();
  const { promise: locked, resolve: lock } = Promise.withResolvers<void>();
  const changing = database.db.transaction(async (tx) => {
    await tx.execute(sql`update forgetting.inbox set received_at = now() where consumer = '2'`);
    lock();
    await changed;
  });
  await locked;
  const forgetting = forgetBefore(database.db, old, { batchSize: 10 });
  await untilBlocked(database);
  change();
  await changing;
  expect(await forgetting).toBe(2);
  expect(await left()).toEqual([2]);
});

test('requests, events and the inbox are forgotten this way', async () => {
  const times = `select now() - interval '2 days' from generate_series(1, 1100)`;
  await run(`insert into forgetting.requests ${times}; insert into forgetting.outbox ${times};`);
  await fill(1100);
  const { db } = database;
  expect(await forgetRequests(db, requests, 1)).toBe(1100);
  expect(await forgetPublished(db, outbox, 1)).toBe(1100);
  expect(await forgetReceived(db, table, 1)).toBe(1100);
  const signal = AbortSignal.abort();
  await fill(1);
  expect(await forgetReceived(db, table, 1, { signal })).toBe(0);
});
