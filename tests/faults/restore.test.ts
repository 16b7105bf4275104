import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, expect, test } from 'vitest';
import { audit } from '../../cli/audit/audit.ts';
import { openPlatform, type Platform } from './restore/platform.ts';
import { Shopping } from './restore/shopping.ts';
import { violationsOf } from './support/accounts.ts';
import { recorded } from './support/figures.ts';
import { eventually } from './support/patience.ts';
import { createRandom, seedFrom, seedsFrom, type Random } from './support/random.ts';
import { createTimeline, type Timeline } from './support/timeline.ts';
import type { Verdict } from './support/verdict.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Shop {
  readonly platform: Platform;
  readonly shopping: Shopping;
  readonly timeline: Timeline;
}

/** A shop of its own for each story; the audit of what is left is its judge. */
function story(name: string, play: (shop: Shop) => Promise<void>): void {
  test.each(seedsFrom(process.env))(`${name} (seed %i)`, async (seed) => {
    const shop = await openShop(createRandom(seed).fork(name));
    const { timeline, shopping } = shop;
    const unanswered = () => `${shopping.troubles} calls`;
    await recorded({ name, seed, timeline, unanswered }, async (judged) => {
      await play(shop);
      const verdict = await verdictOf(shop);
      judged(verdict);
      expect(violationsOf(verdict)).toEqual([]);
    });
  });
}

async function openShop(random: Random): Promise<Shop> {
  const platform = await openPlatform();
  closing.push(() => platform.close());
  await platform.run(process.execPath, 'services/migrate.ts');
  await platform.run('env', 'SEED=true', process.execPath, 'services/migrate.ts');
  await platform.startTemporal();
  await platform.startApp();
  const shopping = new Shopping(platform.api, random);
  await shopping.openDoors();
  return { platform, shopping, timeline: createTimeline() };
}

async function sql<Row extends object>({ databaseUrl }: Platform, text: string): Promise<Row[]> {
  const client = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    return [...(await client.unsafe<Row[]>(text))];
  } finally {
    await client.end();
  }
}

async function completedIn(platform: Platform): Promise<number> {
  const rows = await sql(platform, `select from orders.orders where status = 'COMPLETED'`);
  return rows.length;
}

interface Crowd {
  readonly more: (count: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Work that goes on until `stop`: buyers who are in every stage of a checkout when something happens. */
async function crowd({ platform, shopping }: Shop, size: number): Promise<Crowd> {
  const buyers = await Promise.all(Array.from({ length: size }, () => shopping.arrive()));
  const ending = new AbortController();
  const running = Promise.allSettled(buyers.map((token) => shopping.keepBuying(token, ending.signal)));
  return {
    /** More orders have been completed, since now. */
    more: async (count: number) => {
      const wanted = (await completedIn(platform)) + count;
      await eventually('more orders', async () => {
        const now = await completedIn(platform);
        if (now < wanted) throw new Error(`${now} of ${wanted}`, { cause: shopping.lastTrouble });
      });
    },
    stop: async () => {
      ending.abort();
      await running;
    },
  };
}

/** Everybody who was promised an order has one, and it has ended. Returns how many ended how. */
async function everyOrderEnds({ platform, shopping }: Shop): Promise<Record<string, number>> {
  return eventually('the end of every order', async () => {
    const rows = await sql<{ id: string; status: string }>(platform, 'select id, status from orders.orders');
    const known = new Map(rows.map(({ id, status }) => [id, status]));
    const lost = [...shopping.promised].filter((id) => !known.has(id));
    expect(lost, 'promised and not there').toEqual([]);
    const open = rows.filter(({ status }) => status === 'PENDING');
    expect(open, 'not ended').toEqual([]);
    const count: Record<string, number> = {};
    for (const { status } of rows) count[status] = (count[status] ?? 0) + 1;
    return count;
  });
}

/** Everything at once, in the midst of its work. */
async function everythingDies({ platform, timeline }: Shop, load: Crowd): Promise<void> {
  timeline.note('kill -9 of services and Temporal');
  await platform.killAll();
  await load.stop();
}

async function verdictOf(shop: Shop): Promise<Verdict> {
  const rows = await sql<{ id: string; status: string; reason: string | null }>(
    shop.platform,
    'select id, status, failure_reason as reason from orders.orders',
  );
  const count = (wanted: string) => rows.filter(({ status }) => status === wanted).length;
  const failed = Map.groupBy(
    rows.filter(({ status }) => status === 'FAILED'),
    ({ reason }) => reason ?? 'no reason',
  );
  const findings = await audit(shop.platform.env);
  return {
    accepted: shop.shopping.accepted,
    completed: count('COMPLETED'),
    cancelled: count('CANCELLED'),
    failedByReason: Object.fromEntries([...failed].map(([reason, { length }]) => [reason, length])),
    audited: findings.length,
    lost: [...shop.shopping.promised].filter((id) => !rows.some((row) => row.id === id)),
    doubled: [],
    stuck: rows.filter(({ status }) => status === 'PENDING').map(() => 'an order is still PENDING'),
    broken: brokenOf(findings),
  };
}

const brokenOf = (findings: Awaited<ReturnType<typeof audit>>): string[] =>
  findings.filter(({ violations }) => violations.length > 0).map(({ id }) => id);

/** What the audit names, once it has come to rest. */
async function broken({ platform }: Shop): Promise<string[]> {
  return brokenOf(await audit(platform.env));
}

const clean = (shop: Shop) => eventually('a clean audit', async () => expect(await broken(shop)).toEqual([]));
const backup = ({ platform }: Shop, name: string) =>
  platform.run('deploy/backup/backup.sh', join(platform.folder, name));
const settleLost = ({ platform }: Shop) =>
  platform.run(process.execPath, 'cli/main.ts', 'checkout', 'settle-lost', '--json');

story('a backup taken under load: restored whole, every order ends and the books are sound', async (shop) => {
  const { platform } = shop;
  const load = await crowd(shop, 8);
  await load.more(20);
  const before = [...shop.shopping.promised];
  await backup(shop, 'whole');
  await load.more(5);
  await everythingDies(shop, load);
  // What came after the backup is lost, and that is what its interval means.
  shop.shopping.promised.clear();
  for (const orderId of before) shop.shopping.promised.add(orderId);
  await expect(platform.run('deploy/backup/restore.sh', join(platform.folder, 'whole'))).rejects.toThrow('--replace');
  shop.timeline.note('restore books and Temporal');
  await platform.run('deploy/backup/restore.sh', '--replace', join(platform.folder, 'whole'));
  await platform.startTemporal();
  await platform.startApp();
  const ends = await everyOrderEnds(shop);
  expect(ends['COMPLETED']).toBeGreaterThanOrEqual(20);
  await clean(shop);
  console.log('restored whole:', ends);
});

story('Temporal comes back older than the books: what its runs forgot they do again without harm', async (shop) => {
  const { platform } = shop;
  const load = await crowd(shop, 8);
  await load.more(15);
  await backup(shop, 'older');
  await load.more(15);
  await everythingDies(shop, load);
  shop.timeline.note('restore Temporal alone');
  // Only Temporal's store: the books stay as they were when everything died.
  await platform.run('cp', join(platform.folder, 'older', 'temporal.sqlite'), platform.sqlite);
  for (const aside of ['-wal', '-shm']) await rm(platform.sqlite + aside, { force: true });
  await platform.startTemporal();
  await platform.startApp();
  console.log('Temporal older:', await everyOrderEnds(shop));
  await clean(shop);
});

story('Temporal is lost altogether: the books alone bring every order to its end', async (shop) => {
  const { platform } = shop;
  const load = await crowd(shop, 8);
  await load.more(15);
  await everythingDies(shop, load);
  shop.timeline.note('restore nothing: Temporal begins empty');
  for (const part of ['', '-wal', '-shm']) await rm(platform.sqlite + part, { force: true });
  await platform.startTemporal();
  await platform.startApp();
  console.log('Temporal lost:', await everyOrderEnds(shop));
  await clean(shop);
});

const refuse = (name: string, table: string, when: string): string => `
  create function ${name}() returns trigger language plpgsql as
    $$ begin raise exception 'held up by the test' using errcode = '57014'; end $$;
  create trigger ${name} before insert or update on ${table} for each row when (${when}) execute function ${name}()`;

/** Checkouts that are in the midst of it in the backup, and paid for but not completed when everything dies. */
async function forgetPayments(shop: Shop): Promise<void> {
  const { platform, shopping } = shop;
  const load = await crowd(shop, 3);
  await load.more(10);
  const buyers = await Promise.all(Array.from({ length: 5 }, () => shopping.arrive()));
  await sql(platform, refuse('hold_capture', 'wallet.transactions', `new.type = 'CAPTURE'`));
  const ids = await Promise.all(buyers.map((token) => shopping.checkOut(token, 0)));
  const list = ids.map((id) => `'${id}'`).join(', ');
  await eventually('holds', async () => {
    const held = await sql(platform, `select from wallet.holds where state = 'HELD' and order_id in (${list})`);
    expect(held).toHaveLength(5);
  });
  await backup(shop, 'forgetful');
  await sql(platform, refuse('hold_end', 'orders.orders', `new.status = 'COMPLETED' and new.id in (${list})`));
  await sql(platform, 'drop function hold_capture cascade');
  await eventually('payments', async () => {
    const states = await sql<{ id: string; hold: string; goods: string }>(
      platform,
      `select o.id, o.status, h.state as hold, r.state as goods from orders.orders o
       left join wallet.holds h on h.order_id = o.id left join products.reservations r on r.order_id = o.id
       where o.id in (${list})`,
    );
    for (const order of states)
      expect(order).toMatchObject({ status: 'PENDING', hold: 'CAPTURED', goods: 'COMMITTED' });
  });
  await load.more(10);
  await everythingDies(shop, load);
  // An order that had not come to Temporal yet is in no store any more: that is what the backup's interval means.
  const started = await sql<{ id: string }>(
    platform,
    `select id from orders.orders where started_at is not null or status <> 'PENDING'`,
  );
  const known = new Set(started.map(({ id }) => id));
  for (const id of shopping.promised) if (!known.has(id)) shopping.promised.delete(id);
  shop.timeline.note('restore the books alone');
  const { env } = platform;
  // The books only: Temporal's store stays as it was when everything died.
  const { TEMPORAL_SQLITE: _, ...booksOnly } = env;
  const names = Object.entries(booksOnly).map(([name, value]) => `${name}=${value ?? ''}`);
  await platform.run(
    'env',
    '-i',
    ...names,
    'deploy/backup/restore.sh',
    '--replace',
    join(platform.folder, 'forgetful'),
  );
  await sql(platform, 'drop function hold_capture cascade');
}

story(
  'the books come back older than Temporal: payments and orders that they forgot are settled by the books',
  async (shop) => {
    const { platform } = shop;
    await forgetPayments(shop);
    await platform.startTemporal();
    const before = await sql<{ id: string }>(platform, 'select id from orders.orders');
    const settled: { orderId: string; action: string }[] = JSON.parse(await settleLost(shop));
    const again = settled.filter(({ action }) => action === 'order made again').map(({ orderId }) => orderId);
    const there = new Set([...before.map(({ id }) => id), ...again]);
    expect([...shop.shopping.promised].filter((id) => !there.has(id))).toEqual([]);
    expect(again.length).toBeGreaterThanOrEqual(10);
    expect(settled.filter(({ action }) => action === 'workflow ended').length).toBeGreaterThanOrEqual(5);
    await platform.startApp();
    console.log('books older:', await everyOrderEnds(shop), `${again.length} orders made again`);
    await clean(shop);
    expect(JSON.parse(await settleLost(shop))).toEqual([]);
  },
);

test('without that command the audit names what the restored books and the workflows disagree about', async () => {
  const shop = await openShop(createRandom(seedFrom(process.env)).fork('the audit'));
  const { platform } = shop;
  await forgetPayments(shop);
  await platform.startTemporal();
  await platform.startApp();
  await eventually('the difference', async () =>
    expect(await broken(shop)).toEqual(expect.arrayContaining(['completed_means_paid_and_sold'])),
  );
});
