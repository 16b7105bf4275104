import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { carefully } from '../../../platform/testing/both-ways.ts';
import { findDeadlocksSoon } from '../../../platform/testing/contention.ts';
import { expectInvariants } from '../../../platform/testing/invariants.ts';
import type { Lane } from '../../../platform/testing/model/check-model.ts';
import { modelTest } from '../../../platform/testing/model/model-test.ts';
import type { System } from '../../../platform/testing/model/model.ts';
import { adjustStock } from '../domain/adjust-stock.ts';
import { commitStock } from '../domain/commit.ts';
import { releaseStock } from '../domain/release.ts';
import { reserveStock } from '../domain/reserve.ts';
import { restock } from '../domain/restock.ts';
import { productsInvariants } from '../invariants.ts';
import { createProductsSuite, type ProductsSuite } from './suite.ts';
import { newStock, stockModel, type StockState, type StockStep } from './model.ts';

/** Pieces of each product at first. They are few, so that orders compete. */
const onHand = [3, 4];
const orderCount = 3;
/** So long that no reservation expires during the test: a sweep of a later sequence would count it. */
const ttlSeconds = 86_400;

/** Order 0 comes most often, so that parallel calls often concern the same order. */
const order = fc.constantFrom(0, 0, 0, 1, 2);
const quantities = fc
  .tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }))
  .filter((list) => list.some((quantity) => quantity > 0));
const isCareful = fc.boolean();
const step: fc.Arbitrary<StockStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ call: fc.constant('reserve' as const), order, quantities, carefully: isCareful }),
  },
  { weight: 2, arbitrary: fc.record({ call: fc.constant('commit' as const), order, carefully: isCareful }) },
  { weight: 4, arbitrary: fc.record({ call: fc.constantFrom('release', 'restock', 'expire'), order }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('sweep' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      call: fc.constant('adjust' as const),
      product: fc.nat({ max: onHand.length - 1 }),
      delta: fc.constantFrom(-2, -1, 1, 2),
    }),
  },
);

/** New products and orders for one sequence. */
async function systemOf(app: ProductsSuite): Promise<System<StockStep>> {
  const { products, sweep, database } = app;
  const carefulDeps = { ...app.deps, repository: carefully(app.deps.repository) };
  const made = await Promise.all(onHand.map((availableQuantity) => app.addProduct({ availableQuantity })));
  const productIds = made.map(({ productId }) => productId);
  const orderIds = Array.from({ length: orderCount }, () => randomUUID());
  const by = { actorId: randomUUID(), clientNetwork: '', userAgent: '' };
  const unitPrice = { currencyCode: 'USD', minorUnits: 1999n };
  return {
    // So that the next sequence's sweep does not count overdue reservations of this one.
    leave: async () => void (await sweep()),
    perform: async (taken) => {
      const orderId = 'order' in taken ? (orderIds[taken.order] ?? '') : '';
      const deps = 'carefully' in taken && taken.carefully ? carefulDeps : app.deps;
      switch (taken.call) {
        case 'adjust': {
          const productId = productIds[taken.product] ?? '';
          const input = { productId, delta: taken.delta, requestId: randomUUID(), note: '', by };
          return `${(await adjustStock(deps, input)).availableQuantity} available`;
        }
        case 'sweep':
          return `${await sweep()} expired`;
        case 'expire':
          await database.db.execute(
            sql`update products.reservations set expires_at = now() - interval '1 s' where order_id = ${orderId}`,
          );
          return 'ok';
        case 'reserve': {
          const lines = productIds.map((productId, index) => {
            return { productId, quantity: taken.quantities[index] ?? 0, unitPrice };
          });
          const input = { orderId, lines: lines.filter(({ quantity }) => quantity > 0), ttlSeconds };
          return (await reserveStock(deps, input)).state;
        }
        case 'commit':
          return (await commitStock(deps, { orderId })).retaken ? 'committed, retaken' : 'committed';
        case 'release':
          return releaseStock(deps, { orderId }).then(() => 'ok');
        case 'restock':
          return (await restock(deps, { orderId })) ? 'restocked' : 'restocked before';
      }
    },
    look: async () => {
      const found = await products.batchGetProducts({ productIds });
      const pieces = new Map(found.products.map(({ productId, availableQuantity }) => [productId, availableQuantity]));
      return productIds.map((productId, index) => `${pieces.get(productId)} of product ${index}`).join(', ');
    },
  };
}

async function open(): Promise<Lane<StockStep, StockState>> {
  const app = await createProductsSuite();
  await findDeadlocksSoon(app.database);
  return {
    begin: async () => ({ state: newStock(onHand, orderCount), system: await systemOf(app) }),
    checkInvariants: () => expectInvariants(app.database.db, productsInvariants),
    close: () => app.database.close(),
  };
}

modelTest('stock and reservations behave as the model in any sequence of calls and expiries', {
  name: 'stock',
  model: stockModel,
  step,
  open,
});
