import { requestIdReused } from '../../../platform/errors/app-error.ts';
import type { OrderDeps } from './deps.ts';
import { totalMismatch } from './errors.ts';
import type { NewOrder, Order } from './types.ts';

export interface CreatedOrder {
  readonly order: Order;
  /** False if the request has an order already. */
  readonly created: boolean;
}

/**
 * Writes the PENDING order that promises a checkout (rule S1), once for each user and request: a repeat gets the first
 * order, also at the same time (rule S2). Its creator has `startDelaySeconds` to start it before the sweep may.
 * @throws REQUEST_ID_REUSED for another fingerprint, TOTAL_MISMATCH if the total is not the sum of the lines
 */
export async function createOrder(deps: OrderDeps, input: NewOrder): Promise<CreatedOrder> {
  assertTotal(input);
  const { startDelaySeconds } = deps;
  const createTime = await deps.repository.insert({ ...input, cause: 'checkout accepted', startDelaySeconds });
  if (createTime !== undefined) {
    deps.metrics.orderCreated();
    return { order: pendingOrder(input, createTime), created: true };
  }
  const found = await deps.repository.findByRequest(input.userId, input.requestId);
  if (found === undefined) throw new Error(`order ${input.orderId} was not written, although its request has no order`);
  if (found.fingerprint !== input.requestFingerprint) throw requestIdReused(input.requestId);
  return { order: found.order, created: false };
}

/** The order as it was just written, so that it need not be read. */
function pendingOrder({ orderId, userId, items, total, cartVersion }: NewOrder, createTime: Date): Order {
  return {
    orderId,
    userId,
    items,
    total,
    cartVersion,
    status: 'PENDING',
    failure: undefined,
    createTime,
    updateTime: createTime,
    completedTime: undefined,
  };
}

function assertTotal({ items, total }: NewOrder): void {
  let sum = 0n;
  for (const { quantity, unitPrice } of items) {
    if (unitPrice.currencyCode !== total.currencyCode) throw totalMismatch("is not in the lines' currency");
    if (quantity < 1 || unitPrice.minorUnits < 0n)
      throw totalMismatch('has a line whose quantity is below 1 or whose price is below 0');
    sum += BigInt(quantity) * unitPrice.minorUnits;
  }
  if (sum !== total.minorUnits) throw totalMismatch('is not the sum of the lines');
}
