import { cancelCause } from './cancel-order.ts';
import type { OrderDeps } from './deps.ts';

export interface SweepRefundsInput {
  /** How many refunds are asked for at most, all at once. */
  readonly limit: number;
}

/**
 * Asks again for refunds that were wished for and are not done, for example because their workflow was terminated.
 * Each answers for itself: one that fails is asked for again after its lease.
 * @returns how many were asked for
 */
export async function sweepRefunds(deps: OrderDeps, input: SweepRefundsInput): Promise<number> {
  const orderIds = await deps.repository.leaseRefunds(input.limit, deps.refundLeaseSeconds);
  const orders = await deps.repository.findAll(orderIds);
  await Promise.all(
    orders.map(async (order) => {
      try {
        await deps.workflows.refund(order, cancelCause);
      } catch (error) {
        deps.logger.warn({ err: error, orderId: order.orderId }, 'refund not done yet; it will be asked for again');
      }
    }),
  );
  return orders.length;
}
