import type { CheckoutDeps } from './deps.ts';

export interface SweepUnstartedInput {
  /** How long claimed orders are this process's to start. */
  readonly leaseSeconds: number;
}

const maxClaimed = 1000;

/**
 * Feeds the starter with accepted orders that nobody has started: its creator died, had no room, or Temporal was down.
 * Tells admission and the metrics how old the oldest unstarted order is.
 */
export async function sweepUnstarted(deps: CheckoutDeps, input: SweepUnstartedInput): Promise<void> {
  const room = deps.starter.room();
  // Claims one even when there is no room, since the answer also tells how old the oldest is.
  const limit = Math.min(Math.max(room, 1), maxClaimed);
  const { orders, oldestUnstartedTime } = await deps.orders.claimUnstarted(limit, input.leaseSeconds);
  deps.starter.setBacklog(orders.length === limit);
  for (const order of orders) deps.starter.offerClaimed(order);
  const ageSeconds = oldestUnstartedTime ? Math.max(0, (Date.now() - oldestUnstartedTime.getTime()) / 1000) : 0;
  deps.admission.report(ageSeconds);
  deps.metrics.setOldestUnstarted(ageSeconds);
}
