import { requestIdReused } from '../../../platform/errors/app-error.ts';
import type { OrderDeps } from './deps.ts';
import { totalMismatch } from './errors.ts';
import type { NewOrder, Order } from './types.ts';

export interface CreatedOrder {
  readonly order: Order;
  /** False if the request had an order before. */
  readonly created: boolean;
}

/**
 * Records a checkout's intent as a PENDING order, once per (user, request): a repeat gets the first order, also of two
 * at once. Its creator has `startDelaySeconds` to start it before the sweep may.
 * @throws REQUEST_ID_REUSED for another fingerprint, TOTAL_MISMATCH if the lines don't add up
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
  if (found === undefined) throw new Error(`order ${input.orderId} was neither written nor there before`);
  if (found.fingerprint !== input.requestFingerprint) throw requestIdReused(input.requestId);
  return { order: found.order, created: false };
}

/** As it was just written: no need to read it again. */
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
    if (quantity < 1 || unitPrice.minorUnits < 0n) throw totalMismatch('has a line without quantity or price');
    sum += BigInt(quantity) * unitPrice.minorUnits;
  }
  if (sum !== total.minorUnits) throw totalMismatch('is not the sum of the lines');
}
