import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../../platform/data/db/database.ts';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { patiently, untilBlocked } from '../../../platform/testing/contention.ts';
import { reasonOf } from '../../../platform/testing/refusal.ts';
import { recordStatements } from '../../../platform/testing/statements.ts';
import { expectSoundBooks, letExpire, lines, reserved } from '../testing/stock.ts';
import { createProductsSuite, type ProductsSuite } from '../testing/suite.ts';
import { commitStock } from './commit.ts';
import { releaseStock } from './release.ts';

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite();
});
afterEach(() => expectSoundBooks(app));
afterAll(() => app.database.close());

/** Commits while `other` has the reservation locked, and keeps the lock until the reservation has expired. */
async function commitPastExpiry(other: Pick<Transaction, 'execute'>, orderId: string) {
  const call = commitStock(app.deps, { orderId });
  await untilBlocked(app.database);
  await other.execute(sql`
    select pg_sleep_for(expires_at - clock_timestamp() + interval '5 milliseconds')
    from products.reservations where order_id = ${orderId}`);
  // The promise is in an object: the transaction would await a bare one, which itself waits for the transaction.
  return { call };
}

describe('a plain commit', () => {
  it('is one statement', async () => {
    const orderId = randomUUID();
    const products = await Promise.all([1, 2, 3].map(() => app.addProduct({ availableQuantity: 9 })));
    const ordered = lines(...products.map((product) => [product, 2] as const));
    await app.stock.reserve({ orderId, lines: ordered, ttlSeconds: 900 });
    expect(await recordStatements(app.database, () => commitStock(app.deps, { orderId }))).toEqual(['products.commit']);
    for (const { productId } of products) expect(await app.available(productId)).toBe(7);
  });
});

describeBothWays(
  'commit',
  () => app.deps,
  () => {
    it('reads the clock after it has the lock: it retakes the goods if they expire while it waits', async () => {
      const orderId = await reserved(app, await app.addProduct(), 1);
      const soon = sql`expires_at = clock_timestamp() + interval '250 milliseconds'`;
      const { call } = await app.database.db.transaction(async (other) => {
        await other.execute(sql`update products.reservations set ${soon} where order_id = ${orderId}`);
        return await commitPastExpiry(other, orderId);
      });
      expect(await call).toEqual({ retaken: true });
    });

    it('reads the clock after it has the lock, also if the other transaction did not change the row', async () => {
      const orderId = await reserved(app, await app.addProduct(), 1);
      const soon = sql`expires_at = clock_timestamp() + interval '250 milliseconds'`;
      await app.database.db.execute(sql`update products.reservations set ${soon} where order_id = ${orderId}`);
      const { call } = await app.database.db.transaction(async (other) => {
        await other.execute(sql`select 1 from products.reservations where order_id = ${orderId} for update`);
        return await commitPastExpiry(other, orderId);
      });
      expect(await call).toEqual({ retaken: true });
    });

    it('and a release at the same time: one succeeds, and the other is refused accordingly', async () => {
      for (let round = 0; round < 10; round++) {
        const product = await app.addProduct({ availableQuantity: 5 });
        const orderId = await reserved(app, product, 2);
        const [committed, released] = await Promise.all([
          reasonOf(commitStock(app.deps, { orderId })),
          reasonOf(releaseStock(app.deps, { orderId })),
        ]);
        expect([
          [undefined, 'ALREADY_COMMITTED'],
          ['OUT_OF_STOCK', undefined],
        ]).toContainEqual([committed, released]);
        expect(await app.available(product.productId)).toBe(committed === undefined ? 3 : 5);
      }
    });

    it('and the sweep of expired reservations at the same time sell the pieces once', async () => {
      const product = await app.addProduct({ availableQuantity: 20 });
      const orders = await Promise.all(Array.from({ length: 20 }, () => reserved(app, product, 1)));
      await Promise.all(orders.filter((_, index) => index % 2 === 0).map((orderId) => letExpire(app, orderId)));
      const commits = orders.map((orderId) => patiently(() => commitStock(app.deps, { orderId })));
      await Promise.all([...commits, app.sweep(), app.sweep()]);
      expect(await app.available(product.productId)).toBe(0);
    });

    it('of ten at the same time sells the pieces once', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const orderId = await reserved(app, product, 2);
      const answers = await Promise.all(Array.from({ length: 10 }, () => commitStock(app.deps, { orderId })));
      expect(answers).toEqual(answers.map(() => ({ retaken: false })));
      expect(await app.available(product.productId)).toBe(3);
    });
  },
);
