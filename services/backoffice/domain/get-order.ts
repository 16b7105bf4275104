import { setSubject } from '../../../platform/telemetry/request-context.ts';
import type { BackofficeDeps } from './deps.ts';
import type { Order } from './types.ts';

/** An order of any user. @throws ORDER_NOT_FOUND */
export async function getOrder(deps: BackofficeDeps, input: { readonly orderId: string }): Promise<Order> {
  const order = await deps.records.order(input.orderId);
  setSubject({ userId: order.userId });
  return order;
}
