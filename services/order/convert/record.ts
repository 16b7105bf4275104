import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type {
  EventRecordSchema,
  GetOrderRecordResponseSchema,
} from '../../../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import type { OrderRecord } from '../domain/get-order-record.ts';
import type { EventRecord } from '../domain/types.ts';
import { orderToMessage, statusChangeToMessage } from './order.ts';

export function recordToMessage(record: OrderRecord): MessageInitShape<typeof GetOrderRecordResponseSchema> {
  const { order, changes, start, events } = record;
  return {
    order: orderToMessage(order),
    userId: order.userId,
    changes: changes.map(statusChangeToMessage),
    ...(start.startTime && { startTime: timestampFromDate(start.startTime) }),
    startAttempts: start.startAttempts,
    ...(start.nextRefundTime && { nextRefundTime: timestampFromDate(start.nextRefundTime) }),
    events: events.map(eventToMessage),
  };
}

function eventToMessage(event: EventRecord): MessageInitShape<typeof EventRecordSchema> {
  const { eventId, type, topic, attempts, lastError, dead } = event;
  return {
    ...{ eventId, type, topic, attempts, lastError, dead },
    writeTime: timestampFromDate(event.writeTime),
    ...(event.publishTime && { publishTime: timestampFromDate(event.publishTime) }),
    ...(event.firstPublishTime && { firstPublishTime: timestampFromDate(event.firstPublishTime) }),
    nextAttemptTime: timestampFromDate(event.nextAttemptTime),
  };
}
