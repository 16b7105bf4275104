import type { ServiceImpl } from '@connectrpc/connect';
import type { OrderRecordService } from '../../../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import { recordToMessage } from '../convert/record.ts';
import type { OrderDeps } from '../domain/deps.ts';
import { getOrderRecord } from '../domain/get-order-record.ts';

/** What the back office reads to explain an order. */
export function orderRecordServiceHandlers(deps: OrderDeps): ServiceImpl<typeof OrderRecordService> {
  return {
    getOrderRecord: async ({ orderId }) =>
      recordToMessage(await getOrderRecord(deps, { orderId: orderId.toLowerCase() })),
  };
}
