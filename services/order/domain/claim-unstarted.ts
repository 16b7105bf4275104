import type { OrderDeps } from './deps.ts';
import type { SweptOrder } from './types.ts';

export interface ClaimUnstartedInput {
  readonly limit: number;
  readonly leaseSeconds: number;
}

export interface UnstartedOrders {
  /** Oldest first. Only the caller may start them until the lease ends. */
  readonly orders: readonly SweptOrder[];
  /** When the oldest unstarted order, leased or not, was accepted. */
  readonly oldestUnstartedTime: Date | undefined;
}

/** Leases orders that nobody has started yet, each to one caller at a time (rule S3). */
export async function claimUnstarted(deps: OrderDeps, input: ClaimUnstartedInput): Promise<UnstartedOrders> {
  const { repository } = deps;
  const { found, oldestTime } = await repository.leaseUnstarted(input.limit, input.leaseSeconds);
  return { orders: await repository.findSwept(found), oldestUnstartedTime: oldestTime };
}
