import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReservationState } from '../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import type { Product } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { fromConnectError } from '../platform/errors/from-connect.ts';
import { patiently } from '../platform/testing/contention.ts';
import { commitStock } from './domain/commit.ts';
import { releaseStock } from './domain/release.ts';
import { reserveStock } from './domain/reserve.ts';
import { productsInvariants } from './invariants.ts';
import { createTestProducts, refusal, type TestProducts } from './test-app.ts';

const { ACTIVE, COMMITTED, EXPIRED, RELEASED } = ReservationState;

let app: TestProducts;
beforeAll(async () => {
  app = await createTestProducts();
});
afterAll(() => app.database.close());

function lines(...parts: readonly (readonly [Product, number])[]) {
  return parts.map(([product, quantity]) => ({
    productId: product.productId,
    quantity,
    unitPrice: { currencyCode: 'USD', minorUnits: product.price?.minorUnits ?? 0n },
  }));
}

async function reserved(product: Product, quantity: number): Promise<string> {
  const orderId = randomUUID();
  await app.stock.reserve({ orderId, lines: lines([product, quantity]), ttlSeconds: 900 });
  return orderId;
}

/** As if the reservation's time had run out. */
async function letExpire(orderId: string): Promise<void> {
  await app.database.db.execute(
    sql`update products.reservations set expires_at = now() - interval '1 second' where order_id = ${orderId}`,
  );
}

async function expectSoundBooks(): Promise<void> {
  for (const { name, violations } of productsInvariants) {
    const { rows } = await app.database.db.execute(sql.raw(violations));
    expect(rows, name).toHaveLength(0);
  }
}

describe('reserve', () => {
  test('sets the pieces aside, and a repeat gets the first answer', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const request = { orderId: randomUUID(), lines: lines([product, 3]), ttlSeconds: 900 };
    const first = await app.stock.reserve(request);
    expect(first.state).toBe(ACTIVE);
    expect(await app.stock.reserve(request)).toEqual(first);
    expect(await app.available(product.productId)).toBe(2);
  });

  test('a repeat gets the first answer although price and stock have changed since', async () => {
    const product = await app.addProduct({ availableQuantity: 3 });
    const request = { orderId: randomUUID(), lines: lines([product, 3]), ttlSeconds: 900 };
    const first = await app.stock.reserve(request);
    const { productId } = product;
    await app.products.updateProduct({ product: { productId, price: { currencyCode: 'USD', minorUnits: 1n } } });
    expect(await app.stock.reserve(request)).toEqual(first);
    await app.products.deleteProduct({ productId });
    expect(await app.stock.reserve(request)).toEqual(first);
    await app.stock.commit({ orderId: request.orderId });
    expect((await app.stock.reserve(request)).state).toBe(COMMITTED);
  });

  test('sums the lines of one product', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const [line] = lines([product, 3]);
    if (line === undefined) throw new Error('no line');
    const twice = [line, { ...line, productId: line.productId.toUpperCase() }];
    const call = app.stock.reserve({ orderId: randomUUID(), lines: twice, ttlSeconds: 900 });
    const error = await call.then(() => undefined, fromConnectError);
    expect(error).toMatchObject({
      code: 'failed_precondition',
      reason: 'OUT_OF_STOCK',
      metadata: { productId: product.productId, requested: '6', available: '5' },
    });
  });

  test('takes all lines or none', async () => {
    const plenty = await app.addProduct({ availableQuantity: 5 });
    const scarce = await app.addProduct({ availableQuantity: 1 });
    const orderId = randomUUID();
    const call = app.stock.reserve({ orderId, lines: lines([plenty, 1], [scarce, 2]), ttlSeconds: 900 });
    expect(await refusal(call)).toBe('failed_precondition OUT_OF_STOCK');
    expect(await app.available(plenty.productId)).toBe(5);
  });

  test('refuses a price that is no longer the product’s, and tells both', async () => {
    const product = await app.addProduct({ priceMinor: 2099n });
    const stale = [
      { productId: product.productId, quantity: 1, unitPrice: { currencyCode: 'USD', minorUnits: 1999n } },
    ];
    const call = app.stock.reserve({ orderId: randomUUID(), lines: stale, ttlSeconds: 900 });
    const error = await call.then(() => undefined, fromConnectError);
    expect(error).toMatchObject({
      code: 'failed_precondition',
      reason: 'PRICE_CHANGED',
      metadata: { productId: product.productId, expected: '1999', current: '2099' },
    });
  });

  test('refuses unknown and deleted products', async () => {
    const product = await app.addProduct();
    await app.products.deleteProduct({ productId: product.productId });
    for (const productId of [product.productId, randomUUID()]) {
      const call = app.stock.reserve({
        orderId: randomUUID(),
        lines: lines([{ ...product, productId }, 1]),
        ttlSeconds: 900,
      });
      expect(await refusal(call)).toBe('not_found PRODUCT_NOT_FOUND');
    }
  });

  test('200 buyers of a stock of 50: exactly 50 get one', { timeout: 30_000 }, async () => {
    const product = await app.addProduct({ availableQuantity: 50 });
    const buy = async (): Promise<string> => {
      const orderId = randomUUID();
      const attempt = () => refusal(app.stock.reserve({ orderId, lines: lines([product, 1]), ttlSeconds: 900 }));
      let answer = await attempt();
      // However busy the machine is: a saga would ask again, too.
      while (answer.startsWith('unavailable')) answer = await attempt();
      return answer;
    };
    const answers = await Promise.all(Array.from({ length: 200 }, buy));
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(50);
    expect(answers.filter((answer) => answer === 'failed_precondition OUT_OF_STOCK')).toHaveLength(150);
    expect(await app.available(product.productId)).toBe(0);
    await expectSoundBooks();
  });

  // Of eight products each, taken and given back four times over: a wrong order of locks can't get by unseen.
  test('60 orders of the same products, (A,B,…) and (…,B,A), at once: no deadlock', { timeout: 60_000 }, async () => {
    const products = await Promise.all(Array.from({ length: 8 }, () => app.addProduct({ availableQuantity: 1000 })));
    const pairs = products.map((product) => [product, 1] as const);
    for (let round = 0; round < 4; round++) {
      const turn = async (index: number): Promise<void> => {
        const orderId = randomUUID();
        const wanted = lines(...(index % 2 === 0 ? pairs : pairs.toReversed()));
        await patiently(() => reserveStock(app.deps, { orderId, lines: wanted, ttlSeconds: 900 }));
        if (index % 3 === 0) await patiently(() => releaseStock(app.deps, orderId));
        else await patiently(() => commitStock(app.deps, orderId));
      };
      await Promise.all(Array.from({ length: 15 }, (_, index) => turn(index)));
    }
    // Ten of fifteen are sold in each round, the others are given back.
    for (const { productId } of products) expect(await app.available(productId)).toBe(1000 - 4 * 10);
    await expectSoundBooks();
  });

  test('ten deliveries of one order at once reserve once', async () => {
    const product = await app.addProduct({ availableQuantity: 10 });
    const request = { orderId: randomUUID(), lines: lines([product, 1]), ttlSeconds: 900 };
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.stock.reserve(request)));
    expect(new Set(answers.map((answer) => answer.state))).toEqual(new Set([ACTIVE]));
    expect(await app.available(product.productId)).toBe(9);
  });
});

describe('commit', () => {
  test('sells the pieces once, however often it is repeated', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const orderId = await reserved(product, 2);
    const answers = await Promise.all(Array.from({ length: 5 }, () => app.stock.commit({ orderId })));
    for (const answer of answers) expect(answer).toMatchObject({ state: COMMITTED, retaken: false });
    expect(await app.available(product.productId)).toBe(3);
    await expectSoundBooks();
  });

  test('after the expiry retakes the pieces, swept or not', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const [unswept, swept] = [await reserved(product, 2), await reserved(product, 2)];
    await letExpire(swept);
    await app.sweep();
    await letExpire(unswept);
    for (const orderId of [unswept, swept]) {
      expect(await app.stock.commit({ orderId })).toMatchObject({ state: COMMITTED, retaken: true });
      expect(await app.stock.commit({ orderId })).toMatchObject({ state: COMMITTED, retaken: true });
    }
    expect(await app.available(product.productId)).toBe(1);
    await expectSoundBooks();
  });

  test('after the expiry, with the pieces gone, is refused for ever, also when stock is back', async () => {
    const product = await app.addProduct({ availableQuantity: 2 });
    const late = await reserved(product, 2);
    await letExpire(late);
    await app.sweep();
    await reserved(product, 1);
    const refused = {
      reason: 'OUT_OF_STOCK',
      metadata: { productId: product.productId, requested: '2', available: '1' },
    };
    expect(await app.stock.commit({ orderId: late }).catch(fromConnectError)).toMatchObject(refused);
    await app.products.adjustStock({ productId: product.productId, delta: 10, requestId: randomUUID() });
    expect(await app.stock.commit({ orderId: late }).catch(fromConnectError)).toMatchObject(refused);
    expect(await app.available(product.productId)).toBe(11);
    await expectSoundBooks();
  });

  test('of a released or unknown reservation is refused, and a later reserve too', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const released = await reserved(product, 1);
    await app.stock.release({ orderId: released });
    for (const orderId of [released, randomUUID()]) {
      expect(await refusal(app.stock.commit({ orderId }))).toBe('failed_precondition OUT_OF_STOCK');
      const late = app.stock.reserve({ orderId, lines: lines([product, 1]), ttlSeconds: 900 });
      expect(await refusal(late)).toBe('failed_precondition ALREADY_RELEASED');
    }
    expect(await app.available(product.productId)).toBe(5);
  });
});

describe('release', () => {
  test('gives the pieces back once', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const orderId = await reserved(product, 2);
    const answers = await Promise.all(Array.from({ length: 5 }, () => app.stock.release({ orderId })));
    expect(new Set(answers.map((answer) => answer.state))).toEqual(new Set([RELEASED]));
    expect(await app.available(product.productId)).toBe(5);
    await expectSoundBooks();
  });

  test('before the reserve leaves a tombstone that refuses it', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const orderId = randomUUID();
    expect((await app.stock.release({ orderId })).state).toBe(RELEASED);
    const late = app.stock.reserve({ orderId, lines: lines([product, 1]), ttlSeconds: 900 });
    expect(await refusal(late)).toBe('failed_precondition ALREADY_RELEASED');
    expect(await app.available(product.productId)).toBe(5);
  });

  test('racing with the reserve, wins or undoes it', async () => {
    const product = await app.addProduct({ availableQuantity: 100 });
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const orderId = randomUUID();
        await Promise.all([
          refusal(app.stock.reserve({ orderId, lines: lines([product, 1]), ttlSeconds: 900 })),
          app.stock.release({ orderId }),
        ]);
      }),
    );
    expect(await app.available(product.productId)).toBe(100);
    await expectSoundBooks();
  });

  test('of sold goods is refused', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const orderId = await reserved(product, 2);
    await app.stock.commit({ orderId });
    expect(await refusal(app.stock.release({ orderId }))).toBe('failed_precondition ALREADY_COMMITTED');
  });

  test('of an expired reservation ends it: a late commit is refused', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const [unswept, swept] = [await reserved(product, 1), await reserved(product, 1)];
    await letExpire(swept);
    await app.sweep();
    await letExpire(unswept);
    for (const orderId of [unswept, swept]) {
      expect((await app.stock.release({ orderId })).state).toBe(RELEASED);
      expect(await refusal(app.stock.commit({ orderId }))).toBe('failed_precondition OUT_OF_STOCK');
    }
    expect(await app.available(product.productId)).toBe(5);
    await expectSoundBooks();
  });
});

describe('restock', () => {
  test('puts sold goods back once, however often it is repeated', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const orderId = await reserved(product, 2);
    await app.stock.commit({ orderId });
    const answers = await Promise.all(Array.from({ length: 5 }, () => app.stock.restock({ orderId })));
    expect(answers.filter((answer) => answer.restocked)).toHaveLength(1);
    expect(await app.available(product.productId)).toBe(5);
    expect(await app.stock.commit({ orderId })).toMatchObject({ state: COMMITTED });
    expect(await app.available(product.productId)).toBe(5);
    await expectSoundBooks();
  });

  test('of goods that were not sold is refused', async () => {
    const orderId = await reserved(await app.addProduct(), 2);
    for (const id of [orderId, randomUUID()]) {
      expect(await refusal(app.stock.restock({ orderId: id }))).toBe('failed_precondition RESERVATION_NOT_COMMITTED');
    }
  });
});

describe('expiry', () => {
  test('frees the pieces once although replicas sweep at once', async () => {
    const product = await app.addProduct({ availableQuantity: 100 });
    const orders = await Promise.all(Array.from({ length: 60 }, () => reserved(product, 1)));
    await Promise.all(orders.map(letExpire));
    const swept = await Promise.all([app.sweep(), app.sweep(), app.sweep(), app.sweep()]);
    expect(swept.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(await app.available(product.productId)).toBe(100);
    await expectSoundBooks();
  });

  test('is swept by the running service', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    await letExpire(await reserved(product, 2));
    const { service } = app.build();
    await service.start?.();
    await expect.poll(() => app.available(product.productId)).toBe(5);
    await service.stop?.();
  });

  test('a repeated reserve of an expired order tells so and reserves nothing anew', async () => {
    const product = await app.addProduct({ availableQuantity: 5 });
    const orderId = await reserved(product, 2);
    await letExpire(orderId);
    const repeat = () => app.stock.reserve({ orderId, lines: lines([product, 2]), ttlSeconds: 900 });
    expect((await repeat()).state).toBe(EXPIRED);
    await app.sweep();
    expect((await repeat()).state).toBe(EXPIRED);
    expect(await app.available(product.productId)).toBe(5);
  });
});
