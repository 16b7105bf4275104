import type { OrderRepository } from '../repository/index.ts';
import { orderNotFound } from './errors.ts';
import type { Order } from './types.ts';

/** A user's own order. @throws ORDER_NOT_FOUND, for another user's too */
export async function getOrder(
  deps: { orders: OrderRepository },
  input: { userId: string; orderId: string },
): Promise<Order> {
  const order = await deps.orders.findOwned(input.userId, input.orderId);
  if (order === undefined) throw orderNotFound(input.orderId);
  return order;
}

/** Any user's order, for the saga. @throws ORDER_NOT_FOUND */
export async function getSagaOrder(deps: { orders: OrderRepository }, orderId: string): Promise<Order> {
  const order = await deps.orders.find(orderId);
  if (order === undefined) throw orderNotFound(orderId);
  return order;
}
