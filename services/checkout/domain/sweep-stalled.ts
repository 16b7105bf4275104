import type { PlacedOrder } from '../../../proto/placed-order.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { contextOf, inRequest, unknownOrigin } from '../../../platform/telemetry/request-context.ts';
import type { CheckoutDeps } from './deps.ts';

export interface SweepStalledInput {
  /** The sweep looks at PENDING orders that were last known to be started this long ago. */
  readonly stalledSeconds: number;
}

const maxListed = 1000;
const atOnce = 8;

/**
 * Settles PENDING orders that nobody runs (rule S30): their workflow is closed, for example terminated, or unknown. An
 * order whose workflow is open is marked as started, so that the next round looks at others first.
 * @throws AppError `unavailable` if Temporal does not answer; the round then ends early
 */
export async function sweepStalled(deps: CheckoutDeps, input: SweepStalledInput): Promise<void> {
  const left = [...(await deps.orders.listStalled(input.stalledSeconds, maxListed))];
  const seen: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { order, origin = unknownOrigin } = next;
      const { orderId, userId } = order;
      const settled = await inRequest({ ...contextOf(origin), orderId, userId }, () =>
        settleUnlessOpen(deps, order, () => left.splice(0)),
      );
      if (settled) seen.push(orderId);
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, work));
  if (seen.length > 0) await deps.orders.markStarted(seen);
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
}

/** @returns false if it failed for a reason that concerns this order only: the other orders go on */
async function settleUnlessOpen(deps: CheckoutDeps, order: PlacedOrder, onUnavailable: () => void): Promise<boolean> {
  const { orderId } = order;
  try {
    if (!(await deps.workflows.isOpen(orderId))) await settle(deps, order);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') {
      onUnavailable();
      throw error;
    }
    deps.logger.error({ err: error }, 'could not settle a stalled checkout; it will be tried again');
    return false;
  }
}

async function settle(deps: CheckoutDeps, order: PlacedOrder): Promise<void> {
  const { checkout } = await deps.orders.read(order.orderId);
  // The order, and with it the workflow, may have ended since the order was listed.
  if (checkout.state !== 'RUNNING') return;
  await deps.workflows.settle(order);
  deps.metrics.checkoutSettled();
  deps.logger.warn('the workflow of a PENDING order was closed; the order is being settled');
}
