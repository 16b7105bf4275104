import { randomUUID } from 'node:crypto';
import type { Product } from '../testkit/shopper/answers.ts';
import type { ApiClient } from '../testkit/shopper/api-client.ts';
import { Shopper } from '../testkit/shopper/shopper.ts';

/** A new customer who is signed in and has `fundsMinor` in the wallet. */
export function newCustomer(client: ApiClient, name: string, fundsMinor: number): Promise<Shopper> {
  const email = `${name}-${randomUUID().slice(0, 8)}@example.com`;
  return new Shopper({ client, credentials: { email, password: 'demonstration-only' } }).arrive(fundsMinor);
}

/** A visitor who is not signed in. */
export const anybody = (client: ApiClient): Shopper => new Shopper({ client });

/** A product that costs at most `maxPriceMinor` and has at least `pieces` available. @throws Error if there is none */
export async function findProduct(client: ApiClient, maxPriceMinor: number, pieces: number): Promise<Product> {
  const maxPrice = { currencyCode: 'USD', minorUnits: String(maxPriceMinor) };
  const products = await anybody(client).products({ inStock: true, orderBy: 'price desc', maxPrice });
  const found = products.find((product) => product.availableQuantity >= pieces);
  if (found === undefined) {
    throw new Error(`no product has ${pieces} pieces in stock and costs at most ${maxPriceMinor} minor units`);
  }
  return found;
}
