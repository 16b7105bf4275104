import type { Product } from '../testkit/shopper/answers.ts';
import { connectClient } from '../testkit/shopper/rpc-client.ts';
import { Shopper } from '../testkit/shopper/shopper.ts';
import { adminCredentials } from '../testkit/stack/stack.ts';
import { drive, type Measured } from './statistics.ts';

/** A user with much money and a separate product, so that no buyer waits for another buyer's row locks. */
export interface Buyer {
  readonly shopper: Shopper;
  readonly product: Product;
}

export async function prepareBuyers(baseUrl: string, users: number): Promise<readonly Buyer[]> {
  const client = connectClient(baseUrl);
  const shopkeeper = new Shopper({ client, credentials: adminCredentials() });
  await shopkeeper.signIn();
  return Promise.all(
    Array.from({ length: users }, async () => ({
      shopper: await new Shopper({ client }).arrive(100_000_000),
      product: await shopkeeper.createProduct({ priceMinor: 1, pieces: 1_000_000 }),
    })),
  );
}

export function buyerOf(buyers: readonly Buyer[], user: number): Buyer {
  const buyer = buyers[user];
  if (buyer === undefined) throw new Error(`no buyer has the number ${user}`);
  return buyer;
}

/** Each user buys repeatedly. The time of an operation is from the checkout request to the answer that it succeeded. */
export function measureCheckouts(buyers: readonly Buyer[], users: number, seconds: number): Promise<Measured> {
  return drive(users, seconds, async (user) => {
    const { shopper, product } = buyerOf(buyers, user);
    await shopper.add(product.productId, 1);
    const started = performance.now();
    const { state, failure } = await shopper.startCheckout({ waitSeconds: 8 });
    const ms = performance.now() - started;
    if (state !== 'CHECKOUT_STATE_SUCCEEDED') throw new Error(`a checkout ended ${state}: ${failure?.reason}`);
    return ms;
  });
}
