import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReservationState } from '../../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import { startWithUpkeep } from '../../../platform/testing/start.ts';
import { describeBothWays } from '../../../platform/testing/both-ways.ts';
import { createProductsSuite, refusal, type ProductsSuite } from '../testing/suite.ts';
import { expectSoundBooks, letExpire, lines, reserved } from '../testing/stock.ts';

const { COMMITTED, EXPIRED, RELEASED } = ReservationState;

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite();
});
afterAll(() => app.database.close());

describeBothWays(
  'commit',
  () => app.deps,
  () => {
    test('sells the pieces once, however often it is repeated', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const orderId = await reserved(app, product, 2);
      const answers = await Promise.all(Array.from({ length: 5 }, () => app.stock.commit({ orderId })));
      for (const answer of answers) expect(answer).toMatchObject({ state: COMMITTED, retaken: false });
      expect(await app.available(product.productId)).toBe(3);
      await expectSoundBooks(app);
    });

    test('after the expiry retakes the pieces, swept or not (rule S16)', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const [unswept, swept] = [await reserved(app, product, 2), await reserved(app, product, 2)];
      await letExpire(app, swept);
      await app.sweep();
      await letExpire(app, unswept);
      for (const orderId of [unswept, swept]) {
        expect(await app.stock.commit({ orderId })).toMatchObject({ state: COMMITTED, retaken: true });
        expect(await app.stock.commit({ orderId })).toMatchObject({ state: COMMITTED, retaken: true });
      }
      expect(await app.available(product.productId)).toBe(1);
      await expectSoundBooks(app);
    });

    test('after the expiry, without free stock, is refused for ever, even when there is stock again (rule S17)', async () => {
      const product = await app.addProduct({ availableQuantity: 2 });
      const late = await reserved(app, product, 2);
      await letExpire(app, late);
      await app.sweep();
      await reserved(app, product, 1);
      const refused = {
        reason: 'OUT_OF_STOCK',
        metadata: { productId: product.productId, requested: '2', available: '1' },
      };
      expect(await app.stock.commit({ orderId: late }).catch(fromConnectError)).toMatchObject(refused);
      await app.products.adjustStock({ productId: product.productId, delta: 10, requestId: randomUUID() });
      expect(await app.stock.commit({ orderId: late }).catch(fromConnectError)).toMatchObject(refused);
      expect(await app.available(product.productId)).toBe(11);
      await expectSoundBooks(app);
    });

    test('of a released or unknown reservation is refused, and a later reserve too', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const released = await reserved(app, product, 1);
      await app.stock.release({ orderId: released });
      for (const orderId of [released, randomUUID()]) {
        expect(await refusal(app.stock.commit({ orderId }))).toBe('failed_precondition OUT_OF_STOCK');
        const late = app.stock.reserve({ orderId, lines: lines([product, 1]), ttlSeconds: 900 });
        expect(await refusal(late)).toBe('failed_precondition ALREADY_RELEASED');
      }
      expect(await app.available(product.productId)).toBe(5);
    });
  },
);

describeBothWays(
  'release',
  () => app.deps,
  () => {
    test('gives the pieces back once', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const orderId = await reserved(app, product, 2);
      const answers = await Promise.all(Array.from({ length: 5 }, () => app.stock.release({ orderId })));
      expect(new Set(answers.map((answer) => answer.state))).toEqual(new Set([RELEASED]));
      expect(await app.available(product.productId)).toBe(5);
      await expectSoundBooks(app);
    });

    test('before the reserve leaves a tombstone that refuses it (rule S6)', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const orderId = randomUUID();
      expect((await app.stock.release({ orderId })).state).toBe(RELEASED);
      const late = app.stock.reserve({ orderId, lines: lines([product, 1]), ttlSeconds: 900 });
      expect(await refusal(late)).toBe('failed_precondition ALREADY_RELEASED');
      expect(await app.available(product.productId)).toBe(5);
    });

    test('and a reserve at the same time leave nothing reserved, in either order', async () => {
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
      await expectSoundBooks(app);
    });

    test('of sold goods is refused', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const orderId = await reserved(app, product, 2);
      await app.stock.commit({ orderId });
      expect(await refusal(app.stock.release({ orderId }))).toBe('failed_precondition ALREADY_COMMITTED');
    });

    test('of an expired reservation ends it: a late commit is refused', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const [unswept, swept] = [await reserved(app, product, 1), await reserved(app, product, 1)];
      await letExpire(app, swept);
      await app.sweep();
      await letExpire(app, unswept);
      for (const orderId of [unswept, swept]) {
        expect((await app.stock.release({ orderId })).state).toBe(RELEASED);
        expect(await refusal(app.stock.commit({ orderId }))).toBe('failed_precondition OUT_OF_STOCK');
      }
      expect(await app.available(product.productId)).toBe(5);
      await expectSoundBooks(app);
    });
  },
);

describeBothWays(
  'restock',
  () => app.deps,
  () => {
    test('puts sold goods back once, however often it is repeated', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const orderId = await reserved(app, product, 2);
      await app.stock.commit({ orderId });
      const answers = await Promise.all(Array.from({ length: 5 }, () => app.stock.restock({ orderId })));
      expect(answers.filter((answer) => answer.restocked)).toHaveLength(1);
      expect(await app.available(product.productId)).toBe(5);
      expect(await app.stock.commit({ orderId })).toMatchObject({ state: COMMITTED });
      expect(await app.available(product.productId)).toBe(5);
      await expectSoundBooks(app);
    });

    test('of goods that were not sold is refused', async () => {
      const orderId = await reserved(app, await app.addProduct(), 2);
      for (const id of [orderId, randomUUID()]) {
        expect(await refusal(app.stock.restock({ orderId: id }))).toBe('failed_precondition RESERVATION_NOT_COMMITTED');
      }
    });
  },
);

describeBothWays(
  'expiry',
  () => app.deps,
  () => {
    test('gives the pieces back once although replicas sweep at the same time', async () => {
      const product = await app.addProduct({ availableQuantity: 100 });
      const orders = await Promise.all(Array.from({ length: 60 }, () => reserved(app, product, 1)));
      await Promise.all(orders.map((orderId) => letExpire(app, orderId)));
      const swept = await Promise.all([app.sweep(), app.sweep(), app.sweep(), app.sweep()]);
      expect(swept.reduce((sum, count) => sum + count, 0)).toBe(60);
      expect(await app.available(product.productId)).toBe(100);
      await expectSoundBooks(app);
    });

    test('is swept by the running service', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      await letExpire(app, await reserved(app, product, 2));
      const { service } = app.build();
      await startWithUpkeep(service);
      await expect.poll(() => app.available(product.productId)).toBe(5);
      await service.stop?.();
    });

    test('a repeated reserve after the expiry answers EXPIRED and reserves nothing', async () => {
      const product = await app.addProduct({ availableQuantity: 5 });
      const orderId = await reserved(app, product, 2);
      await letExpire(app, orderId);
      const repeat = () => app.stock.reserve({ orderId, lines: lines([product, 2]), ttlSeconds: 900 });
      expect((await repeat()).state).toBe(EXPIRED);
      await app.sweep();
      expect((await repeat()).state).toBe(EXPIRED);
      expect(await app.available(product.productId)).toBe(5);
    });
  },
);
