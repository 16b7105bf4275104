import { randomUUID } from 'node:crypto';
import { CheckoutState } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import type { Product } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { type Customer, Shop } from '../demo/shop.ts';
import { drive, type Measured } from './statistics.ts';

export interface Buyers {
  readonly shop: Shop;
  readonly customers: readonly Customer[];
  readonly products: readonly Product[];
}

/** Customers who can afford a lot, and a shelf for each of them, so that they don't wait for one another's rows. */
export async function prepareBuyers(baseUrl: string, users: number): Promise<Buyers> {
  const shop = new Shop(baseUrl);
  const customers = await Promise.all(
    Array.from({ length: users }, (_, index) => shop.newCustomer(`bench${index}`, 100_000_000)),
  );
  const admin = { email: process.env['ADMIN_EMAIL'] ?? '', password: process.env['ADMIN_PASSWORD'] ?? '' };
  const products = await Promise.all(
    Array.from({ length: users }, () => shop.createProduct(admin, 'Something to buy again and again', 1, 1_000_000)),
  );
  return { shop, customers, products };
}

/** Each user buys again and again; what is timed is from sending the checkout to the answer that it succeeded. */
export function measureCheckouts(buyers: Buyers, users: number, seconds: number): Promise<Measured> {
  return drive(users, seconds, async (user) => {
    const customer = buyers.customers[user];
    const product = buyers.products[user];
    if (customer === undefined || product === undefined) throw new Error(`there is no buyer ${user}`);
    await customer.fillCart(product, 1);
    const started = performance.now();
    const wait = { seconds: 8n, nanos: 0 };
    const { checkout } = await buyers.shop.checkout.startCheckout({ requestId: randomUUID(), wait }, customer.asUser);
    const ms = performance.now() - started;
    if (checkout?.state !== CheckoutState.SUCCEEDED) {
      throw new Error(`a checkout ended ${checkout?.state}: ${checkout?.failure?.reason}`);
    }
    return ms;
  });
}
