import { setSubject } from '../../../platform/telemetry/request-context.ts';
import { carryOut } from './carry-out.ts';
import type { BackofficeDeps } from './deps.ts';
import { fromStoredOrder } from './stored-order.ts';
import type { Order, RefundWish } from './types.ts';

/**
 * Refunds any user's completed order, once for each request id of a member of support or an administrator. The trail has
 * the order's buyer as its user, so the order is read first: an unknown order leaves no entry.
 * @returns the order, which is CANCELLED, and the UUID of the entry in the trail
 * @throws ORDER_NOT_FOUND, ORDER_NOT_CANCELLABLE, OWN_ORDER, REQUEST_ID_REUSED; REFUND_PENDING if it takes longer: it goes on
 */
export async function refundOrder(
  deps: BackofficeDeps,
  wish: Omit<RefundWish, 'action' | 'userId'>,
): Promise<{ readonly order: Order; readonly entryId: string }> {
  const { userId } = await deps.records.order(wish.orderId);
  setSubject({ userId });
  const { entryId, answer } = await carryOut(deps, { ...wish, action: 'order.refund', userId });
  if (!('orderId' in answer)) throw new Error(`the entry ${entryId} keeps no order`);
  return { entryId, order: fromStoredOrder(answer) };
}
