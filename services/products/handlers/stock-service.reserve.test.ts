import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReservationState } from '../../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { patiently } from '../../../platform/testing/contention.ts';
import { commitStock } from '../domain/commit.ts';
import { releaseStock } from '../domain/release.ts';
import { reserveStock } from '../domain/reserve.ts';
import { createProductsSuite, refusal, type ProductsSuite } from '../testing/suite.ts';
import { expectSoundBooks, lines } from '../testing/stock.ts';

const { ACTIVE, COMMITTED } = ReservationState;

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite();
});
afterAll(() => app.database.close());

describeBothWays(
  'reserve',
  () => app.deps,
  () => {
    test('sets the pieces aside, and a repeat gets the first answer', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const request = { orderId: randomUUID(), lines: lines([product, 3]), ttlSeconds: 900 };
      const first = await app.stock.reserve(request);
      expect(first.state).toBe(ACTIVE);
      expect(await app.stock.reserve(request)).toEqual(first);
      expect(await app.available(product.productId)).toBe(2);
    });

    test('a repeat gets the first answer although price and stock have changed since (rule S5)', async () => {
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

    test('refuses a price that is no longer the product’s, and names both', async () => {
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
        // On a busy machine an answer may be `unavailable`. The saga would ask again, too.
        while (answer.startsWith('unavailable')) answer = await attempt();
        return answer;
      };
      const answers = await Promise.all(Array.from({ length: 200 }, buy));
      expect(answers.filter((answer) => answer === 'ok')).toHaveLength(50);
      expect(answers.filter((answer) => answer === 'failed_precondition OUT_OF_STOCK')).toHaveLength(150);
      expect(await app.available(product.productId)).toBe(0);
      await expectSoundBooks(app);
    });

    // Eight products in each order, and four rounds, so that a wrong order of locks surely shows.
    test(
      '60 orders of the same products, (A,B,…) and (…,B,A), at the same time: no deadlock (rule S38)',
      { timeout: 60_000 },
      async () => {
        const products = await Promise.all(
          Array.from({ length: 8 }, () => app.addProduct({ availableQuantity: 1000 })),
        );
        const pairs = products.map((product) => [product, 1] as const);
        for (let round = 0; round < 4; round++) {
          const turn = async (index: number): Promise<void> => {
            const orderId = randomUUID();
            const wanted = lines(...(index % 2 === 0 ? pairs : pairs.toReversed()));
            await patiently(() => reserveStock(app.deps, { orderId, lines: wanted, ttlSeconds: 900 }));
            if (index % 3 === 0) await patiently(() => releaseStock(app.deps, { orderId }));
            else await patiently(() => commitStock(app.deps, { orderId }));
          };
          await Promise.all(Array.from({ length: 15 }, (_, index) => turn(index)));
        }
        // In each round ten of fifteen orders are committed, the others are released.
        for (const { productId } of products) expect(await app.available(productId)).toBe(1000 - 4 * 10);
        await expectSoundBooks(app);
      },
    );

    test('ten calls for one order at the same time reserve once', async () => {
      const product = await app.addProduct({ availableQuantity: 10 });
      const request = { orderId: randomUUID(), lines: lines([product, 1]), ttlSeconds: 900 };
      const answers = await Promise.all(Array.from({ length: 10 }, () => app.stock.reserve(request)));
      expect(new Set(answers.map((answer) => answer.state))).toEqual(new Set([ACTIVE]));
      expect(await app.available(product.productId)).toBe(9);
    });
  },
);
