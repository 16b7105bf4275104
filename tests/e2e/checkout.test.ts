import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import type { Shopper } from '../../testkit/shopper/shopper.ts';
import { restDriver } from './drivers/rest.ts';
import { admin, fundedCustomer } from './shop.ts';

const driver = restDriver();
let shopkeeper: Shopper;
beforeAll(async () => {
  shopkeeper = await admin(driver);
});

describe('a refused checkout', () => {
  test('with too little money fails with the reason and leaves wallet, stock and cart as they were', async () => {
    const product = await shopkeeper.createProduct({ priceMinor: 5000, pieces: 10 });
    const customer = await fundedCustomer(driver, 4999);
    await customer.add(product.productId, 1);
    const { orderId } = await customer.startCheckout();
    const order = await customer.orderEnd(orderId);
    expect(order).toMatchObject({ status: 'ORDER_STATUS_FAILED', failure: { reason: 'INSUFFICIENT_FUNDS' } });
    expect(await customer.wallet()).toMatchObject({ balance: { minorUnits: '4999' }, held: { minorUnits: '0' } });
    expect((await shopkeeper.products({ query: product.productId })).length).toBe(0);
    expect((await customer.product(product.productId)).availableQuantity).toBe(10);
    expect((await customer.cart()).items).toHaveLength(1);
  });

  test('of more pieces than are in stock fails with the reason, and a smaller one then succeeds', async () => {
    const product = await shopkeeper.createProduct({ priceMinor: 100, pieces: 3 });
    const customer = await fundedCustomer(driver, 10_000);
    await customer.add(product.productId, 4);
    const refused = await customer.orderEnd((await customer.startCheckout()).orderId);
    expect(refused).toMatchObject({ status: 'ORDER_STATUS_FAILED', failure: { reason: 'OUT_OF_STOCK' } });
    expect((await customer.wallet()).available.minorUnits).toBe('10000');
    await customer.setQuantity(product.productId, 3);
    const bought = await customer.orderEnd((await customer.startCheckout()).orderId);
    expect(bought.status).toBe('ORDER_STATUS_COMPLETED');
    await eventually(
      'the sold-out stock',
      () => customer.product(product.productId),
      (each) => each.availableQuantity === 0,
    );
  });

  test('of an empty cart is refused at once with the reason', async () => {
    const customer = await fundedCustomer(driver, 100);
    await expect(customer.startCheckout()).rejects.toMatchObject({ code: '400', reason: 'CART_EMPTY' });
  });
});

describe('a repeated or parallel checkout', () => {
  test('with the same request id is the same order and one charge', async () => {
    const product = await shopkeeper.createProduct({ priceMinor: 700, pieces: 100 });
    const customer = await fundedCustomer(driver, 10_000);
    await customer.add(product.productId, 2);
    const requestId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => customer.startCheckout({ requestId })));
    expect(new Set(answers.map((answer) => answer.orderId)).size).toBe(1);
    await customer.orderEnd(answers[0]?.orderId ?? '');
    expect((await customer.startCheckout({ requestId })).orderId).toBe(answers[0]?.orderId);
    expect((await customer.wallet()).balance.minorUnits).toBe('8600');
    expect(await customer.orders()).toHaveLength(1);
  });

  test('ten parallel checkouts of one cart complete one order and charge once', async () => {
    const product = await shopkeeper.createProduct({ priceMinor: 700, pieces: 100 });
    const customer = await fundedCustomer(driver, 100_000);
    await customer.add(product.productId, 1);
    const started = await Promise.allSettled(Array.from({ length: 10 }, () => customer.startCheckout()));
    const ids = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value.orderId] : []));
    const ends = await Promise.all(ids.map((id) => customer.orderEnd(id)));
    expect(ends.filter((order) => order.status === 'ORDER_STATUS_COMPLETED')).toHaveLength(1);
    expect((await customer.wallet()).balance.minorUnits).toBe('99300');
  });
});

describe('buying again', () => {
  test('right after a purchase succeeds, because the cart no longer contains what was bought', async () => {
    const product = await shopkeeper.createProduct({ priceMinor: 100, pieces: 100 });
    const customer = await fundedCustomer(driver, 10_000);
    for (let purchase = 1; purchase <= 5; purchase++) {
      await customer.add(product.productId, purchase);
      const { orderId } = await customer.startCheckout({ waitSeconds: 8 });
      expect(await customer.orderEnd(orderId)).toMatchObject({
        status: 'ORDER_STATUS_COMPLETED',
        total: { minorUnits: String(100 * purchase) },
      });
    }
    expect((await customer.cart()).items).toEqual([]);
    expect((await customer.wallet()).balance.minorUnits).toBe('8500');
  });
});

describe('an order', () => {
  test('of another user gets the same 404 as a missing order', async () => {
    const product = await shopkeeper.createProduct({ priceMinor: 100, pieces: 10 });
    const owner = await fundedCustomer(driver, 1000);
    await owner.add(product.productId, 1);
    const { orderId } = await owner.startCheckout();
    const stranger = await fundedCustomer(driver, 0);
    await expect(stranger.order(orderId)).rejects.toMatchObject({ code: '404', reason: 'ORDER_NOT_FOUND' });
    await expect(stranger.order(randomUUID())).rejects.toMatchObject({ code: '404', reason: 'ORDER_NOT_FOUND' });
    await expect(stranger.checkout(orderId)).rejects.toMatchObject({ code: '404', reason: 'ORDER_NOT_FOUND' });
    await owner.orderEnd(orderId);
  });

  test('that is cancelled by one call ends cancelled, whatever its checkout has done by then', async () => {
    const product = await shopkeeper.createProduct({ priceMinor: 250, pieces: 100 });
    // Ten at once, so that the cancels reach the checkouts at different steps.
    const cancelled = Array.from({ length: 10 }, async () => {
      const customer = await fundedCustomer(driver, 1000);
      await customer.add(product.productId, 2);
      const { orderId } = await customer.startCheckout();
      expect((await customer.cancelOrder(orderId)).status).toBe('ORDER_STATUS_CANCELLED');
      expect(await customer.wallet()).toMatchObject({ balance: { minorUnits: '1000' }, held: { minorUnits: '0' } });
      expect((await customer.order(orderId)).status).toBe('ORDER_STATUS_CANCELLED');
    });
    await Promise.all(cancelled);
    await eventually(
      'the restocked goods',
      () => shopkeeper.product(product.productId),
      (each) => each.availableQuantity === 100,
    );
  });

  test('that is cancelled after its completion gives all money and goods back', async () => {
    const product = await shopkeeper.createProduct({ priceMinor: 250, pieces: 10 });
    const customer = await fundedCustomer(driver, 1000);
    await customer.add(product.productId, 2);
    const { orderId } = await customer.startCheckout();
    expect((await customer.orderEnd(orderId)).status).toBe('ORDER_STATUS_COMPLETED');
    await customer.cancelOrder(orderId);
    await eventually(
      'the cancelled order',
      () => customer.order(orderId),
      (order) => order.status === 'ORDER_STATUS_CANCELLED',
    );
    expect((await customer.wallet()).balance.minorUnits).toBe('1000');
    await eventually(
      'the restocked goods',
      () => customer.product(product.productId),
      (each) => each.availableQuantity === 10,
    );
  });
});
