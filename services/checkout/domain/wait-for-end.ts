import type { CheckoutDeps } from './deps.ts';
import type { Buyer, Checkout } from './types.ts';

export interface WaitForEndInput {
  readonly buyer: Buyer;
  /** As it is now. */
  readonly checkout: Checkout;
  /** 0 for not at all. */
  readonly waitMs: number;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}

/**
 * The checkout when it has ended, or as last seen when the wait is over. It waits on the order's row, so Temporal has no
 * part in it. Trouble with waiting is none of the caller's: the checkout is accepted whatever happens here.
 */
export async function waitForEnd(
  deps: CheckoutDeps,
  { buyer, checkout, waitMs, signal }: WaitForEndInput,
): Promise<Checkout> {
  if (checkout.state !== 'RUNNING' || waitMs <= 0) return checkout;
  let last = checkout;
  const over = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  try {
    for await (const now of deps.orders.watchCheckout(buyer, checkout.orderId, over)) last = now;
  } catch (error) {
    if (!over.aborted) deps.logger.warn({ err: error, orderId: checkout.orderId }, 'can not wait for a checkout');
  }
  return last;
}
