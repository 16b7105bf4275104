import type { CheckoutDeps } from './deps.ts';
import type { Buyer, BuyerProgress } from './types.ts';

export interface GetCheckoutProgressInput {
  readonly buyer: Buyer;
  readonly orderId: string;
}

/**
 * How far a buyer's checkout is. It asks the workflow, so it takes no part in a purchase. Notes of steps and reasons of
 * stages stay out: they name parts of the platform and people who work for it.
 * @throws ORDER_NOT_FOUND, also for another user's checkout; `unavailable` if Temporal or its worker does not answer
 */
export async function getCheckoutProgress(
  { orders, workflows }: CheckoutDeps,
  { buyer, orderId }: GetCheckoutProgressInput,
): Promise<BuyerProgress> {
  await orders.readCheckout(buyer, orderId);
  const progress = await workflows.progress(orderId);
  if (progress === undefined) return { stage: '', steps: [] };
  const steps = Object.entries(progress.steps).map(([name, { state, tookMs }]) => ({ name, state, tookMs }));
  return { stage: withoutReason(progress.stage), steps };
}

/** `Stage 2 of 3: take the money` stays; `Undoing: EXPIRED – no answer` is `Undoing`. */
function withoutReason(stage: string): string {
  return stage.startsWith('Stage ') ? stage : (stage.split(':', 1)[0] ?? '');
}
