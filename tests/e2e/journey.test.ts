import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { connectJsonDriver } from './drivers/connect-json.ts';
import { grpcWebDriver } from './drivers/grpc-web.ts';
import { grpcDriver } from './drivers/grpc.ts';
import { restDriver } from './drivers/rest.ts';
import { stranger } from './shop.ts';

describe.each([grpcDriver(), grpcWebDriver(), connectJsonDriver(), restDriver()])('over $name', (driver) => {
  afterAll(() => driver.close());

  test('a new customer buys something, and money, order and cart agree', async () => {
    const customer = stranger(driver);
    await customer.register();
    await customer.signIn();
    expect((await customer.me()).email).toBe(customer.email);
    await customer.openWallet(10_000);

    const products = await customer.products({
      inStock: true,
      orderBy: 'price',
      minPrice: { currencyCode: 'USD', minorUnits: '100' },
    });
    const product = products.find((each) => each.availableQuantity >= 2 && Number(each.price.minorUnits) <= 5000);
    if (product === undefined) throw new Error('the seeded catalog has nothing for up to 50 USD');
    await customer.add(product.productId, 1);
    await customer.setQuantity(product.productId, 2);
    const total = 2 * Number(product.price.minorUnits);
    expect((await customer.cart()).total?.minorUnits).toBe(String(total));

    const checkout = await customer.startCheckout();
    const order = await customer.orderEnd(checkout.orderId);
    expect(order.status).toBe('ORDER_STATUS_COMPLETED');
    expect(order.total.minorUnits).toBe(String(total));
    expect((await customer.checkout(checkout.orderId)).state).toBe('CHECKOUT_STATE_SUCCEEDED');

    const wallet = await customer.wallet();
    expect(wallet.balance.minorUnits).toBe(String(10_000 - total));
    expect(wallet.held.minorUnits).toBe('0');
    expect((await customer.transactions()).map(({ type }) => type)).toEqual([
      'TRANSACTION_TYPE_CAPTURE',
      'TRANSACTION_TYPE_TOP_UP',
    ]);
    await eventually(
      'the empty cart',
      () => customer.cart(),
      (cart) => cart.items.length === 0,
    );
  });
});
