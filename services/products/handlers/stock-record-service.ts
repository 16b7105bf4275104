import type { ServiceImpl } from '@connectrpc/connect';
import type { StockRecordService } from '../../../proto/gen/ecommerce/products/internal/v1/stock_record_pb.ts';
import { recordToMessage } from '../convert/record.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { getStockRecord } from '../domain/get-stock-record.ts';

/** What the back office reads to explain an order. */
export function stockRecordServiceHandlers(deps: ProductsDeps): ServiceImpl<typeof StockRecordService> {
  return {
    getStockRecord: async ({ orderId }) => {
      const record = await getStockRecord(deps, { orderId: orderId.toLowerCase() });
      return record === undefined ? {} : { reservation: recordToMessage(record) };
    },
  };
}
