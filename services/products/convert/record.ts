import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { ReservationState as State } from '../../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import type { ReservationRecordSchema } from '../../../proto/gen/ecommerce/products/internal/v1/stock_record_pb.ts';
import type { StockRecord } from '../domain/get-stock-record.ts';

export function recordToMessage(record: StockRecord): MessageInitShape<typeof ReservationRecordSchema> {
  const { state, lines, createdAt, expiresAt, closedAt, restockedAt, retaken } = record;
  return {
    state: State[state],
    lines: lines.map(({ productId, quantity }) => ({ productId, quantity })),
    createTime: timestampFromDate(createdAt),
    expireTime: timestampFromDate(expiresAt),
    ...(closedAt && { endTime: timestampFromDate(closedAt) }),
    ...(restockedAt && { restockTime: timestampFromDate(restockedAt) }),
    retaken,
  };
}
