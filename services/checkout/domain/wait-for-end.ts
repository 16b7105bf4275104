import type { CheckoutDeps } from './deps.ts';
import type { Buyer, Checkout } from './types.ts';

export interface WaitForEndInput {
  readonly buyer: Buyer;
  /** The checkout as it was last read. */
  readonly checkout: Checkout;
  /** 0 means that the call does not wait. */
  readonly waitMs: number;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}

/**
 * Returns the checkout when it has ended, or its last known state when the time is over. It watches the order's row, so
 * it does not need Temporal. An error while it waits is only logged, because the checkout is accepted already.
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
    if (!over.aborted)
      deps.logger.warn(
        { err: error, orderId: checkout.orderId },
        'could not wait for the end of a checkout; its last known state is answered',
      );
  }
  return last;
}
