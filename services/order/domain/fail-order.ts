import type { OrderDeps } from './deps.ts';
import { endCheckout } from './end-order.ts';
import type { Failure, Order } from './types.ts';

export interface FailOrderInput {
  readonly orderId: string;
  readonly failure: Failure;
}

/** PENDING → FAILED. An order that has ended stays as it is: see `endCheckout`. @throws ORDER_NOT_FOUND */
export async function failOrder(deps: OrderDeps, { orderId, failure }: FailOrderInput): Promise<Order> {
  return endCheckout(deps, { orderId, from: 'PENDING', to: 'FAILED', cause: failure.reason, failure });
}
