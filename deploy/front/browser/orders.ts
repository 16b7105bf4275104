/** The orders of whoever is signed in, newest first. */
import type { Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { act } from './act.ts';
import { orders } from './api.ts';
import { ownRow } from './order-rows.ts';
import { createPagedList, pageSize } from './paged-list.ts';

const list = createPagedList<Order>({
  id: 'orders',
  nouns: ['order', 'orders'],
  none: 'No orders yet.',
  keyOf: ({ orderId }) => orderId,
  rowOf: ownRow,
});

export function enterOrders(): void {
  act(() => {
    if (list.isShowing('mine')) return list.refresh();
    return list.show('mine', async (pageToken) => {
      const page = await orders.listOrders({ pageSize, pageToken });
      return { items: page.orders, nextPageToken: page.nextPageToken };
    });
  });
}

export const putOrder = list.put;
export const clearOrders = list.clear;
