import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { OrderRecordService } from '../../../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import { orderToMessage, statusFromMessage } from '../convert/order.ts';
import { recordToMessage } from '../convert/record.ts';
import type { OrderDeps } from '../domain/deps.ts';
import { getOrderRecord } from '../domain/get-order-record.ts';
import { searchOrders } from '../domain/search-orders.ts';

/** What the back office reads of the orders of all users. */
export function orderRecordServiceHandlers(deps: OrderDeps): ServiceImpl<typeof OrderRecordService> {
  return {
    getOrderRecord: async ({ orderId }) =>
      recordToMessage(await getOrderRecord(deps, { orderId: orderId.toLowerCase() })),

    searchOrders: async ({ userId, status, createTimeFrom: from, createTimeTo: to, ...page }) => {
      const { orders, nextPageToken } = await searchOrders(deps, {
        ...{ pageSize: page.pageSize, pageToken: page.pageToken },
        ...{ from: from && timestampDate(from), to: to && timestampDate(to) },
        userId: userId === '' ? undefined : userId.toLowerCase(),
        status: statusFromMessage(status),
      });
      return { orders: orders.map(orderToMessage), nextPageToken };
    },
  };
}
