import type { PlacedOrder } from '../../../proto/placed-order.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { CheckoutDeps } from './deps.ts';

export interface SweepStalledInput {
  /** An order not known to have run for so long is looked at. */
  readonly stalledSeconds: number;
}

const maxListed = 1000;
const atOnce = 8;

/**
 * Looks at PENDING orders that were started long ago. One whose workflow is closed (terminated) or unknown is settled;
 * one that still runs is noted as seen, which moves it behind the others.
 * @throws what Temporal throws when it is away; the rest of the round is left out then
 */
export async function sweepStalled(deps: CheckoutDeps, input: SweepStalledInput): Promise<void> {
  const left = [...(await deps.orders.listStalled(input.stalledSeconds, maxListed))];
  const seen: string[] = [];
  const work = async (): Promise<void> => {
    for (let order = left.shift(); order !== undefined; order = left.shift()) {
      if (await look(deps, order, () => left.splice(0))) seen.push(order.orderId);
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, work));
  if (seen.length > 0) await deps.orders.markStarted(seen);
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
}

/** Whether the order's checkout is seen to. Trouble with one order must not keep the others waiting. */
async function look(deps: CheckoutDeps, order: PlacedOrder, onAway: () => void): Promise<boolean> {
  const { orderId } = order;
  try {
    if (!(await deps.workflows.isOpen(orderId))) await settle(deps, order);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') {
      onAway();
      throw error;
    }
    deps.logger.error({ err: error, orderId }, 'stalled checkout can not be seen to; it will be tried again');
    return false;
  }
}

async function settle(deps: CheckoutDeps, order: PlacedOrder): Promise<void> {
  const { checkout } = await deps.orders.read(order.orderId);
  // It may have ended, and its workflow with it, since it was listed.
  if (checkout.state !== 'RUNNING') return;
  await deps.workflows.settle(order);
  deps.metrics.checkoutSettled();
  deps.logger.warn({ orderId: order.orderId }, 'the workflow of a PENDING order was closed; it is being settled');
}
