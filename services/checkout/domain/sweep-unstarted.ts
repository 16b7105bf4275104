import type { CheckoutDeps } from './deps.ts';

export interface SweepUnstartedInput {
  /** For how long only this process may start the orders that it leases. */
  readonly leaseSeconds: number;
}

const maxClaimed = 1000;

/**
 * Gives the starter accepted orders that nobody has started (rule S3): their process died or had no room, or Temporal
 * was down. Reports the age of the oldest unstarted order to the backlog limit and the metrics.
 * @returns in how many milliseconds there is something to do again: 0 while any order is unstarted, else `Infinity`
 */
export async function sweepUnstarted(deps: CheckoutDeps, input: SweepUnstartedInput): Promise<number> {
  const room = deps.starter.room();
  // It leases one order even without room, since the answer also tells the age of the oldest.
  const limit = Math.min(Math.max(room, 1), maxClaimed);
  const { orders, oldestUnstartedTime } = await deps.orders.claimUnstarted(limit, input.leaseSeconds);
  deps.starter.setBacklog(orders.length === limit);
  for (const { order, origin } of orders) deps.starter.offerClaimed(order, origin);
  const ageSeconds = oldestUnstartedTime ? Math.max(0, (Date.now() - oldestUnstartedTime.getTime()) / 1000) : 0;
  deps.backlogLimit.report(ageSeconds);
  deps.metrics.setOldestUnstarted(ageSeconds);
  return oldestUnstartedTime === undefined ? Infinity : 0;
}
