import pg from 'pg';
import { afterAll, expect, test, vi } from 'vitest';
import { recordAllPools, type Sent } from '../../../platform/testing/statements.ts';
import { notAllowed, unneeded, type Finding } from './allowed.ts';
import { callEverything } from './calls/all.ts';
import type { Ids } from './calls/calls.ts';
import { addWaiting, few, multiplyRows } from './fill.ts';
import { namesInCode } from './names.ts';
import { canBePlanned, readsMany, readsWithoutBound } from './plans.ts';
import { startWholePlatform, type WholePlatform } from './start.ts';
import { operate, useEverything } from './use.ts';

vi.setConfig({ testTimeout: 240_000 });

let platform: WholePlatform | undefined;
afterAll(() => platform?.close());

test('every statement reads a bounded part of a filled database, whether much waits or nothing', async () => {
  const { url, sent } = await sendEverything();
  const missing = namesInCode().filter((name) => !sent.some((one) => name.test(one.name)));
  expect(missing).toEqual([]);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Without foreign keys and triggers, because a copied row stands alone.
    await client.query('set session_replication_role = replica');
    await client.query('vacuum analyze');
    for (const one of unbounded) expect(await readsWithoutBound(client, one), one.text).not.toEqual([]);
    expect(await readsMany(client, many)).not.toEqual([]);

    const times = Map.groupBy(sent, ({ text }) => text);
    const each = [...times.values()].flatMap(([one]) => one ?? []);
    const some = [...times.values()].flatMap((all) => [...all.slice(0, 2), ...all.slice(2).slice(-2)]);
    const quiet = await findings(each, (one) => readsWithoutBound(client, one));
    expect(await addWaiting(url)).toEqual([]);
    // As in the first seconds of a rush: Postgres does not know yet that much waits.
    const rush = await findings(some, (one) => readsMany(client, one));
    await client.query('vacuum analyze');
    const busy = await findings(each, (one) => readsWithoutBound(client, one));
    const inFact = await findings(some, (one) => readsMany(client, one));
    expect(notAllowed({ quiet, rush, busy, inFact })).toEqual({});
    expect(unneeded([...quiet, ...rush, ...busy, ...inFact])).toEqual([]);
  } finally {
    await client.end();
  }
});

const ours = (text: string, ...values: unknown[]): Sent => ({ pool: 'test', name: 'bad', text, values });

/** Proof that the test finds what has no bound. */
const unbounded: readonly Sent[] = [
  ours('select id from orders.orders where total_minor = $1'),
  ours('select * from orders.orders order by id'),
  ours('select count(*) from orders.outbox where published_at is null'),
  ours('select id from orders.orders where total_minor > $1 order by id limit 20'),
  ours('select id from orders.orders where user_id > $1'),
  ours(`select min(create_time) from orders.orders where status = 'COMPLETED' and total_minor > $1`),
  // Looks up by the key, but nothing waits now: the partial index seems to be empty.
  ours(`select user_id from cart.claims where order_id = $1 and state = 'CLAIMED'`),
];
/** It asks an index for one key, which nearly all rows have. */
const many = ours('select total_minor from orders.orders where status = $1', 'CANCELLED');

/** Sends every statement, by clients and then by calls of each repository, and fills the tables meanwhile. */
async function sendEverything(): Promise<{ readonly url: string; readonly sent: readonly Sent[] }> {
  const started: { readonly url: string; readonly ids: Ids }[] = [];
  const byClients = await recordAllPools(async () => {
    platform = await startWholePlatform('plans');
    const { url } = platform.database;
    await operate(url);
    started.push({ url, ids: await useEverything(platform) });
  });
  const [{ url, ids } = fail()] = started;
  expect(await multiplyRows(url, 20_000)).toEqual([]);
  const byCalls = await recordAllPools(() => callEverything(url, ids));
  const sent = [...byClients, ...byCalls].filter((one) => canBePlanned(one) && !one.pool.startsWith('test-'));
  return { url, sent };
}

function fail(): never {
  throw new Error('the platform did not start');
}

async function findings(sent: readonly Sent[], judge: (one: Sent) => Promise<readonly string[]>): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const statement of sent) {
    for (const read of await judge(statement)) if (!few.has(read)) found.push({ statement, read });
  }
  return found;
}
