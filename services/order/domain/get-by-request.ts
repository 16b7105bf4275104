import { requestIdReused } from '../../../platform/errors/app-error.ts';
import type { OrderRepository } from '../repository/index.ts';
import { orderNotFound } from './errors.ts';
import type { Order } from './types.ts';

export interface RequestedOrder {
  readonly userId: string;
  readonly requestId: string;
  readonly requestFingerprint: string;
}

/** The order of an earlier request. @throws ORDER_NOT_FOUND, REQUEST_ID_REUSED for another fingerprint */
export async function getByRequest(deps: { orders: OrderRepository }, input: RequestedOrder): Promise<Order> {
  const found = await deps.orders.findByRequest(input.userId, input.requestId);
  if (found === undefined) throw orderNotFound('');
  if (found.fingerprint !== input.requestFingerprint) throw requestIdReused(input.requestId);
  return found.order;
}
