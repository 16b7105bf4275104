import { availableParallelism, loadavg } from 'node:os';
import { expect, test } from 'vitest';
import { restDriver } from './drivers/rest.ts';
import { admin, fundedCustomer } from './shop.ts';

const driver = restDriver();

test('40 people sign up, fill their carts and check out at the same time: nobody is refused', async ({ skip }) => {
  const [load = 0] = loadavg();
  // Refusals are correct if other programs use the processors. The tests before this one cause a load of about 5.
  skip(load > 4 * availableParallelism(), `other programs keep the machine busy (load ${load.toFixed(0)})`);
  const product = await (await admin(driver)).createProduct({ priceMinor: 100, pieces: 1_000 });
  const customers = await Promise.all(Array.from({ length: 40 }, () => fundedCustomer(driver, 1_000)));
  await Promise.all(customers.map((customer) => customer.add(product.productId, 1)));
  const accepted = await Promise.all(customers.map((customer) => customer.startCheckout()));
  const ends = new Set<string | undefined>();
  for (const [index, { orderId }] of accepted.entries()) ends.add((await customers[index]?.orderEnd(orderId))?.status);
  expect(ends).toEqual(new Set(['ORDER_STATUS_COMPLETED']));
});
