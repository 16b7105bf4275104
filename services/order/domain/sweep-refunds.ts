import { cancelCause } from './ask-for-refund.ts';
import type { OrderDeps } from './deps.ts';

export interface SweepRefundsInput {
  /** The most refunds that one round asks for. It asks for all of them at the same time. */
  readonly limit: number;
}

/**
 * Asks again for refunds that are wished for and not done, for example because the workflow was terminated (rule S31).
 * A refund that fails does not stop the others; it is asked for again after its lease. It keeps the cause of its wish.
 * @returns for how many refunds it has asked
 */
export async function sweepRefunds(deps: OrderDeps, input: SweepRefundsInput): Promise<number> {
  const wishes = await deps.repository.leaseRefunds(input.limit, deps.refundLeaseSeconds);
  const causes = new Map(wishes.map(({ orderId, cause }) => [orderId, cause]));
  const orders = await deps.repository.findAll([...causes.keys()]);
  await Promise.all(
    orders.map(async (order) => {
      try {
        await deps.workflows.refund(order, causes.get(order.orderId) ?? cancelCause);
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
