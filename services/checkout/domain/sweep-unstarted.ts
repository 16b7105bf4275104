import type { Admission } from './admission.ts';
import type { Peers } from './peers.ts';
import type { Starter } from './starter.ts';

export interface SweepUnstartedDeps {
  readonly peers: Pick<Peers, 'claimUnstarted'>;
  readonly starter: Pick<Starter, 'offerClaimed' | 'setBacklog' | 'room'>;
  readonly admission: Pick<Admission, 'report'>;
  /** How long claimed orders are this process's to start. */
  readonly leaseSeconds: number;
}

const maxClaimed = 1000;

/**
 * Feeds the starter with accepted orders that nobody has started: its creator died, had no room, or Temporal was down.
 * @returns the age in seconds of the oldest unstarted order, 0 if there is none
 */
export async function sweepUnstarted(deps: SweepUnstartedDeps): Promise<number> {
  const room = deps.starter.room();
  // Claims one even when there is no room, since the answer also tells how old the oldest is.
  const limit = Math.min(Math.max(room, 1), maxClaimed);
  const { orders, oldestUnstartedTime } = await deps.peers.claimUnstarted(limit, deps.leaseSeconds);
  deps.starter.setBacklog(orders.length === limit);
  for (const order of orders) deps.starter.offerClaimed(order);
  const ageSeconds = oldestUnstartedTime ? Math.max(0, (Date.now() - oldestUnstartedTime.getTime()) / 1000) : 0;
  deps.admission.report(ageSeconds);
  return ageSeconds;
}
