import type { Logger } from 'pino';
import type { Cancellations } from '../ports.ts';
import type { OrderRepository } from '../repository/index.ts';
import { cancelCause } from './cancel-order.ts';

export interface SweepRefundsDeps {
  readonly orders: OrderRepository;
  readonly checkouts: Cancellations;
  readonly logger: Logger;
  /** How long a refund is left to whoever leased it. */
  readonly refundLeaseSeconds: number;
}

const refundsAtOnce = 20;

/**
 * Asks again for refunds that were wished for and are not done, for example because their workflow was terminated.
 * Each answers for itself: one that fails is asked for again after its lease.
 * @returns how many were asked for
 */
export async function sweepRefunds(deps: SweepRefundsDeps): Promise<number> {
  const orders = await deps.orders.findAll(await deps.orders.leaseRefunds(refundsAtOnce, deps.refundLeaseSeconds));
  await Promise.all(
    orders.map(async (order) => {
      try {
        await deps.checkouts.refund(order, cancelCause);
      } catch (error) {
        deps.logger.warn({ err: error, orderId: order.orderId }, 'refund not done yet; it will be asked for again');
      }
    }),
  );
  return orders.length;
}
