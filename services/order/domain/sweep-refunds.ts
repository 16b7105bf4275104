import { contextOf, inRequest, unknownOrigin } from '../../../platform/telemetry/request-context.ts';
import { cancelCause } from './ask-for-refund.ts';
import type { OrderDeps } from './deps.ts';
import type { Order } from './types.ts';

export interface SweepRefundsInput {
  /** The most refunds that one round asks for. It asks for all of them at the same time. */
  readonly limit: number;
}

/**
 * Asks again for refunds that are wished for and not done, for example because the workflow was terminated (rule S31).
 * A refund that fails does not stop the others; it is asked for again after its lease. It keeps the cause and the
 * request of its wish.
 * @returns for how many refunds it has asked
 */
export async function sweepRefunds(deps: OrderDeps, input: SweepRefundsInput): Promise<number> {
  const wishes = await deps.repository.leaseRefunds(input.limit, deps.refundLeaseSeconds);
  const causes = new Map(wishes.map(({ orderId, cause }) => [orderId, cause]));
  const orders = await deps.repository.findSwept(wishes);
  await Promise.all(
    orders.map((order) => {
      const { orderId, userId, origin = unknownOrigin } = order;
      const cause = causes.get(orderId) ?? cancelCause;
      return inRequest({ ...contextOf(origin), orderId, userId }, () => ask(deps, order, cause));
    }),
  );
  return orders.length;
}

async function ask({ workflows, logger }: OrderDeps, order: Order, cause: string): Promise<void> {
  try {
    await workflows.refund(order, cause);
  } catch (error) {
    logger.warn({ err: error }, 'the refund is not done yet; the sweep will ask for it again');
  }
}
