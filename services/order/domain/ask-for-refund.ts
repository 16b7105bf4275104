import { AppError } from '../../../platform/errors/app-error.ts';
import type { OrderDeps } from './deps.ts';
import { refundPending, refundWaits } from './errors.ts';
import type { Order } from './types.ts';

export const cancelCause = 'cancelled by the buyer';

export interface AskForRefundInput {
  /** COMPLETED when it was read. */
  readonly order: Order;
  /** By whom and why. */
  readonly cause: string;
  /** How long the caller waits, in milliseconds. */
  readonly withinMs: number;
}

/**
 * Refunds a COMPLETED order. The wish with its cause is stored first, so that the sweep asks again with the same cause
 * (rule S31). Of two callers at the same time both wait for one refund, whose cause is the first one's.
 * @throws REFUND_PENDING if it takes longer; `unavailable` without Temporal
 */
export async function askForRefund(deps: OrderDeps, { order, cause, withinMs }: AskForRefundInput): Promise<void> {
  const { orderId } = order;
  const wish = await deps.repository.wishRefund({ orderId, cause, delaySeconds: deps.refundLeaseSeconds });
  // Another caller's refund has ended meanwhile.
  if (wish === undefined) return;
  deps.logger.info({ cause }, 'refund asked for');
  if (withinMs === 0) throw refundPending(orderId);
  try {
    await deps.workflows.refund(order, wish.cause ?? cancelCause, withinMs);
  } catch (error) {
    throw error instanceof AppError && error.reason === 'TEMPORAL_UNAVAILABLE' ? refundWaits(orderId, error) : error;
  }
}
