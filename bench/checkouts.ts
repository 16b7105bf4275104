import type { Product } from '../testkit/shopper/answers.ts';
import { connectDoor } from '../testkit/shopper/rpc-door.ts';
import { Shopper } from '../testkit/shopper/shopper.ts';
import { adminCredentials } from '../testkit/stack/stack.ts';
import { drive, type Measured } from './statistics.ts';

/** Somebody who can afford a lot, and a shelf of their own, so that nobody waits for another's rows. */
export interface Buyer {
  readonly shopper: Shopper;
  readonly product: Product;
}

export async function prepareBuyers(baseUrl: string, users: number): Promise<readonly Buyer[]> {
  const door = connectDoor(baseUrl);
  const shopkeeper = new Shopper({ door, credentials: adminCredentials() });
  await shopkeeper.signIn();
  return Promise.all(
    Array.from({ length: users }, async () => ({
      shopper: await new Shopper({ door }).arrive(100_000_000),
      product: await shopkeeper.createProduct({ priceMinor: 1, pieces: 1_000_000 }),
    })),
  );
}

export function buyerOf(buyers: readonly Buyer[], user: number): Buyer {
  const buyer = buyers[user];
  if (buyer === undefined) throw new Error(`there is no buyer ${user}`);
  return buyer;
}

/** Each user buys again and again; what is timed is from sending the checkout to the answer that it succeeded. */
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
