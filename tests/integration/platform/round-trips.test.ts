import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { recordAllPools } from '../../../platform/testing/statements.ts';
import { startWholePlatform, type WholePlatform } from './start.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let platform: WholePlatform;
beforeAll(async () => {
  platform = await startWholePlatform('round_trips');
});
afterAll(() => platform.close());

/** What loops send from time to time. Starts are marked half a second later, many at once, if their orders still run. */
const byTime = /^orders\.(?:mark_started|lease_unstarted|lease_refunds|next_refund|waiting|stalled)$|\.next_expiry$/;

/** The statements of the platform's pools, less what loops ask. Each is one round trip. */
async function roundTripsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const sent = await recordAllPools(work);
  return sent.filter(({ pool, name }) => !pool.startsWith('test-') && !byTime.test(name)).map(({ name }) => name);
}

test('each round trip of an AddItem, and of a checkout with its event, is known by its name', async () => {
  const { shop, eventsAreOver } = platform;
  const lamp = await shop.product(1000, 100);
  const buyer = await shop.buyer(100_000);
  const add = () => buyer.add(lamp.productId, 1);
  const buy = async () => {
    await buyer.startCheckout({ waitSeconds: 8 });
    await expect.poll(eventsAreOver, { timeout: 20_000 }).toBe(true);
  };
  // The first purchase reads what is kept in memory afterwards, for example the keys of the tokens.
  await add();
  await buy();
  expect(await roundTripsOf(add)).toEqual(['cart.find', 'products.find', 'cart.put']);
  const counts = Map.groupBy(await roundTripsOf(buy), (name) => name);
  const each = Object.fromEntries([...counts].map(([name, { length }]) => [name, length]));
  const { 'orders.find_owned': found = 0, 'orders.outbox.claim': claims = 0, ...others } = each;
  expect(others).toEqual({
    'cart.find': 1,
    'wallet.find_of_user': 1,
    'orders.create': 1,
    'products.reserve': 1,
    'wallet.hold': 1,
    'cart.claim': 1,
    'wallet.capture': 1,
    'products.commit': 1,
    'orders.end': 1,
    'orders.outbox.mark_published': 1,
    'cart.event-completed': 1,
  });
  // A wait looks when it begins and when it is woken. One that begins after the end looks once.
  expect([1, 2]).toContain(found);
  // The relay looks when it is woken, and again after it has published.
  expect([1, 2]).toContain(claims);
});
