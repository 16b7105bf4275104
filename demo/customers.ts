import { randomUUID } from 'node:crypto';
import type { Product } from '../testkit/shopper/answers.ts';
import type { Door } from '../testkit/shopper/door.ts';
import { Shopper } from '../testkit/shopper/shopper.ts';

/** A new customer, signed in, with a wallet of `fundsMinor`. */
export function newCustomer(door: Door, name: string, fundsMinor: number): Promise<Shopper> {
  const email = `${name}-${randomUUID().slice(0, 8)}@example.com`;
  return new Shopper({ door, credentials: { email, password: 'demonstration-only' } }).arrive(fundsMinor);
}

/** Who only looks around. */
export const anybody = (door: Door): Shopper => new Shopper({ door });

/** A product that costs at most `maxPriceMinor` and of which `pieces` can be bought. */
export async function findProduct(door: Door, maxPriceMinor: number, pieces: number): Promise<Product> {
  const maxPrice = { currencyCode: 'USD', minorUnits: String(maxPriceMinor) };
  const products = await anybody(door).products({ inStock: true, orderBy: 'price desc', maxPrice });
  const found = products.find((product) => product.availableQuantity >= pieces);
  if (found === undefined) throw new Error(`the catalog has nothing for up to ${maxPriceMinor} minor units`);
  return found;
}
