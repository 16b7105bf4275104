import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CheckoutState, type Checkout } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { failureOf } from '../failure.ts';
import type { Measured } from './latency.ts';
import type { Buyer, LoadShop } from './shop.ts';

const waitSeconds = 8;
const longestMs = 60_000;
const pauseMs = 100;

/** Every buyer makes one checkout after another, until there were `checkouts`. `onDone` gets how many have ended. */
export async function runLoad(
  { buyers, productId }: Pick<LoadShop, 'buyers' | 'productId'>,
  checkouts: number,
  onDone: (done: number) => void,
): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  await Promise.all(
    buyers.map(async (buyer, index) => {
      for (let turn = index; turn < checkouts; turn += buyers.length) {
        measured.push(await checkOut(buyer, productId));
        onDone(measured.length);
      }
    }),
  );
  return measured;
}

/** The time is that from the start of the checkout until its end is known. */
async function checkOut(buyer: Buyer, productId: string): Promise<Measured> {
  let startedAt = performance.now();
  const outcome = await outcomeOf(async () => {
    await emptyCart(buyer);
    await buyer.call(({ cart, asUser }) => cart.addItem({ productId, quantity: 1 }, asUser));
    startedAt = performance.now();
    const request = { requestId: randomUUID(), wait: { seconds: BigInt(waitSeconds), nanos: 0 } };
    const answer = await buyer.call(({ checkout, asUser }) => checkout.startCheckout(request, asUser));
    return endOf(buyer, answer.checkout, startedAt);
  });
  return { outcome, tookMs: performance.now() - startedAt };
}

/** An event empties the cart a moment after its order has ended. What a failed checkout left is taken out. */
async function emptyCart(buyer: Buyer): Promise<void> {
  for (const startedAt = performance.now(); performance.now() - startedAt < longestMs; await sleep(pauseMs)) {
    const { cart } = await buyer.call((api) => api.cart.getCart({}, api.asUser));
    if (cart === undefined || cart.items.length === 0) return;
    if (performance.now() - startedAt > waitSeconds * 1000)
      await buyer.call((api) => api.cart.clearCart({}, api.asUser));
  }
}

async function endOf(buyer: Buyer, first: Checkout | undefined, startedAt: number): Promise<string> {
  let now = first;
  while (now?.state === CheckoutState.RUNNING) {
    if (performance.now() - startedAt > longestMs) return 'STILL_RUNNING';
    await sleep(pauseMs);
    const { orderId } = now;
    now = (await buyer.call(({ checkout, asUser }) => checkout.getCheckout({ orderId }, asUser))).checkout;
  }
  if (now?.state === CheckoutState.SUCCEEDED) return 'COMPLETED';
  return now?.state === CheckoutState.CANCELLED ? 'CANCELLED' : (now?.failure?.reason ?? 'FAILED');
}

async function outcomeOf(purchase: () => Promise<string>): Promise<string> {
  try {
    return await purchase();
  } catch (error) {
    return failureOf(error).failure.reason;
  }
}
