import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { createRandom, seedFrom, seedsFrom, type Random } from '../../testkit/random.ts';
import { violationsOf } from '../../testkit/verdict/accounts.ts';
import { openPlatform, unhurried, type DevelopmentPlatform } from './restore/platform.ts';
import {
  backup,
  broken,
  clean,
  crowd,
  everyOrderEnds,
  everythingDies,
  openToBuyers,
  sql,
  verdictOf,
  type Shop,
} from './restore/shop.ts';
import { recorded } from './support/figures.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type DevelopmentShop = Shop<DevelopmentPlatform>;

/** A test with a separate platform. At its end the audit must find no violation. */
function story(name: string, play: (shop: DevelopmentShop) => Promise<void>): void {
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

async function openShop(random: Random): Promise<DevelopmentShop> {
  const platform = await openPlatform();
  closing.push(() => platform.close());
  await platform.run(process.execPath, 'runtime/migrate.ts');
  await platform.run('env', 'SEED=true', process.execPath, 'runtime/migrate.ts');
  await platform.startTemporal();
  await platform.startApp();
  return openToBuyers(platform, random);
}

const settleLost = ({ platform }: Shop) =>
  platform.run(process.execPath, 'cli/main.ts', 'checkout', 'settle-lost', '--json');

story('a backup that was taken under load is restored: every order ends, and the audit finds nothing', async (shop) => {
  const { platform } = shop;
  const load = await crowd(shop, 8);
  await load.more(20);
  const before = [...shop.shopping.promised];
  await backup(shop, 'whole');
  await load.more(5);
  await everythingDies(shop, load);
  // Orders that were accepted after the backup are lost, as the interval between backups allows.
  shop.shopping.promised.clear();
  for (const orderId of before) shop.shopping.promised.add(orderId);
  await expect(platform.run('deploy/backup/restore.sh', join(platform.folder, 'whole'))).rejects.toThrow('--replace');
  shop.timeline.note('restore of the books and Temporal');
  await platform.run('deploy/backup/restore.sh', '--replace', join(platform.folder, 'whole'));
  await platform.startTemporal();
  await platform.startApp();
  const ends = await everyOrderEnds(shop);
  expect(ends['COMPLETED']).toBeGreaterThanOrEqual(20);
  await clean(shop);
  console.log('restored whole:', ends);
});

story('Temporal comes back older than the books: its workflows repeat forgotten steps without harm', async (shop) => {
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

story('all data of Temporal is lost: every order ends by the books alone', async (shop) => {
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

/** Makes checkouts that are unpaid in the backup, and paid but not completed when everything dies. */
async function forgetPayments(shop: DevelopmentShop): Promise<void> {
  const { platform, shopping } = shop;
  const load = await crowd(shop, 3);
  await load.more(10);
  const buyers = await Promise.all(Array.from({ length: 5 }, () => shopping.arrive()));
  await sql(platform, refuse('hold_capture', 'wallet.transactions', `new.type = 'CAPTURE'`));
  const ids = await Promise.all(buyers.map((buyer) => shopping.checkOut(buyer, 0)));
  const list = ids.map((id) => `'${id}'`).join(', ');
  await eventually(
    'holds',
    async () => {
      const held = await sql(platform, `select from wallet.holds where state = 'HELD' and order_id in (${list})`);
      expect(held).toHaveLength(5);
    },
    unhurried,
  );
  await backup(shop, 'forgetful');
  await sql(platform, refuse('hold_end', 'orders.orders', `new.status = 'COMPLETED' and new.id in (${list})`));
  await sql(platform, 'drop function hold_capture cascade');
  await eventually(
    'payments',
    async () => {
      const states = await sql<{ id: string; hold: string; goods: string }>(
        platform,
        `select o.id, o.status, h.state as hold, r.state as goods from orders.orders o
       left join wallet.holds h on h.order_id = o.id left join products.reservations r on r.order_id = o.id
       where o.id in (${list})`,
      );
      for (const order of states)
        expect(order).toMatchObject({ status: 'PENDING', hold: 'CAPTURED', goods: 'COMMITTED' });
    },
    unhurried,
  );
  await load.more(10);
  await everythingDies(shop, load);
  // An order whose workflow had not started is in no store any more, as the interval between backups allows.
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
  'the books come back older than Temporal: `checkout settle-lost` settles the payments and orders that they forgot',
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

test('without `checkout settle-lost` the audit names the differences between restored books and workflows', async () => {
  const shop = await openShop(createRandom(seedFrom(process.env)).fork('the audit'));
  const { platform } = shop;
  await forgetPayments(shop);
  await platform.startTemporal();
  await platform.startApp();
  await eventually(
    'the finding of the audit',
    async () => expect(await broken(shop)).toEqual(expect.arrayContaining(['completed_means_paid_and_sold'])),
    unhurried,
  );
});
