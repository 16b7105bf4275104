import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromConnectError } from '../platform/errors/from-connect.ts';
import { createTestProducts, type TestProducts } from './test-app.ts';

let app: TestProducts;
beforeAll(async () => {
  app = await createTestProducts();
});
afterAll(() => app.database.close());

type State = 'none' | 'active' | 'overdue' | 'expired' | 'committed' | 'restocked' | 'released' | 'refused';

/** What stock and orders should be, written down as plainly as the design page says it. */
class Model {
  readonly onHand: number[];
  readonly orders: { state: State; quantities: readonly number[] }[];

  constructor(onHand: readonly number[], orders: number) {
    this.onHand = [...onHand];
    this.orders = Array.from({ length: orders }, () => ({ state: 'none', quantities: [] }));
  }

  available(product: number): number {
    const holding = this.orders.filter(({ state }) => state === 'active' || state === 'overdue');
    const held = holding.map(({ quantities }) => quantities[product] ?? 0);
    return (this.onHand[product] ?? 0) - held.reduce((sum, quantity) => sum + quantity, 0);
  }

  fits(quantities: readonly number[]): boolean {
    return quantities.every((quantity, product) => quantity === 0 || quantity <= this.available(product));
  }

  move(quantities: readonly number[], sign: 1 | -1): void {
    for (const [product, quantity] of quantities.entries()) {
      this.onHand[product] = (this.onHand[product] ?? 0) + sign * quantity;
    }
  }

  apply(step: Step): string {
    if (step.kind === 'adjust') {
      if (this.available(step.product) + step.delta < 0) return 'OUT_OF_STOCK';
      this.onHand[step.product] = (this.onHand[step.product] ?? 0) + step.delta;
      return 'ok';
    }
    if (step.kind === 'sweep') {
      for (const order of this.orders) if (order.state === 'overdue') order.state = 'expired';
      return 'ok';
    }
    const order = this.orders[step.order];
    if (order === undefined) throw new Error('no such order');
    const closed = order.state === 'released' || order.state === 'refused';
    switch (step.kind) {
      case 'reserve':
        if (closed) return 'ALREADY_RELEASED';
        if (order.state !== 'none') return 'ok';
        if (!this.fits(step.quantities)) return 'OUT_OF_STOCK';
        order.state = 'active';
        order.quantities = step.quantities;
        return 'ok';
      case 'commit':
        if (order.state === 'committed' || order.state === 'restocked') return 'ok';
        if (order.state === 'none' || closed || (order.state === 'expired' && !this.fits(order.quantities))) {
          order.state = 'refused';
          return 'OUT_OF_STOCK';
        }
        this.move(order.quantities, -1);
        order.state = 'committed';
        return 'ok';
      case 'release':
        if (order.state === 'committed' || order.state === 'restocked') return 'ALREADY_COMMITTED';
        order.state = 'released';
        return 'ok';
      case 'restock':
        if (order.state === 'restocked') return 'ok';
        if (order.state !== 'committed') return 'RESERVATION_NOT_COMMITTED';
        this.move(order.quantities, 1);
        order.state = 'restocked';
        return 'ok';
      case 'expire':
        if (order.state === 'active') order.state = 'overdue';
        return 'ok';
    }
  }
}

type Step =
  | { readonly kind: 'reserve'; readonly order: number; readonly quantities: readonly number[] }
  | { readonly kind: 'commit' | 'release' | 'restock' | 'expire'; readonly order: number }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'adjust'; readonly product: number; readonly delta: number };

const productCount = 2;
const orderCount = 4;
const order = fc.nat({ max: orderCount - 1 });
const quantities = fc
  .array(fc.nat({ max: 3 }), { minLength: productCount, maxLength: productCount })
  .filter((list) => list.some((quantity) => quantity > 0));
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('reserve' as const), order, quantities }) },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constantFrom('commit', 'release', 'restock', 'expire'), order }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('adjust' as const),
        product: fc.nat({ max: productCount - 1 }),
        delta: fc.integer({ min: -3, max: 3 }).filter((delta) => delta !== 0),
      }),
    },
  ),
  { minLength: 1, maxLength: 14 },
);

async function reasonOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ok',
    (error: unknown) => fromConnectError(error).reason,
  );
}

/** One run's products and orders in the real service. */
async function createSystem(onHand: number) {
  const products = await Promise.all(
    Array.from({ length: productCount }, () => app.addProduct({ availableQuantity: onHand })),
  );
  const orderIds = Array.from({ length: orderCount }, () => randomUUID());
  const apply = (step: Step): Promise<string> => {
    if (step.kind === 'adjust') {
      const productId = products[step.product]?.productId ?? '';
      return reasonOf(app.products.adjustStock({ productId, delta: step.delta, requestId: randomUUID() }));
    }
    if (step.kind === 'sweep') return reasonOf(app.sweep());
    const orderId = orderIds[step.order] ?? '';
    if (step.kind === 'expire') {
      return reasonOf(
        app.database.db.execute(
          sql`update products.reservations set expires_at = now() - interval '1 s' where order_id = ${orderId}`,
        ),
      );
    }
    if (step.kind !== 'reserve') return reasonOf(app.stock[step.kind]({ orderId }));
    const lines = products.flatMap(({ productId }, index) => {
      const unitPrice = { currencyCode: 'USD', minorUnits: 1999n };
      const quantity = step.quantities[index] ?? 0;
      return quantity === 0 ? [] : [{ productId, quantity, unitPrice }];
    });
    return reasonOf(app.stock.reserve({ orderId, lines, ttlSeconds: 900 }));
  };
  return { apply, products };
}

// STOCK_MODEL_RUNS=10000 for the long search.
const numRuns = Number(process.env.STOCK_MODEL_RUNS ?? 60);

test('any sequence of calls and expiries goes as the model says', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 6 }), steps, async (onHand, list) => {
      const model = new Model(
        Array.from({ length: productCount }, () => onHand),
        orderCount,
      );
      const system = await createSystem(onHand);
      for (const step of list) {
        expect(await system.apply(step), JSON.stringify(step)).toBe(model.apply(step));
      }
      for (const [index, { productId }] of system.products.entries()) {
        expect(await app.available(productId)).toBe(model.available(index));
      }
    }),
    { numRuns },
  );
});
