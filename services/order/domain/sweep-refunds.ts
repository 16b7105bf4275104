import { cancelCause } from './cancel-order.ts';
import type { OrderDeps } from './deps.ts';

export interface SweepRefundsInput {
  /** The most refunds that one round asks for. It asks for all of them at the same time. */
  readonly limit: number;
}

/**
 * Asks again for refunds that are wished for and not done, for example because the workflow was terminated (rule S31).
 * A refund that fails does not stop the others; it is asked for again after its lease.
 * @returns for how many refunds it has asked
 */
export async function sweepRefunds(deps: OrderDeps, input: SweepRefundsInput): Promise<number> {
  const orderIds = await deps.repository.leaseRefunds(input.limit, deps.refundLeaseSeconds);
  const orders = await deps.repository.findAll(orderIds);
  await Promise.all(
    orders.map(async (order) => {
      try {
        await deps.workflows.refund(order, cancelCause);
      } catch (error) {
        deps.logger.warn(
          { err: error, orderId: order.orderId },
          'the refund is not done yet; the sweep will ask for it again',
        );
      }
    }),
  );
  return orders.length;
}
