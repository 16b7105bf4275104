import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ExplainOrderResponseSchema } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { OrderStatus, type OrderSchema } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { OrderFacts, Story } from '../domain/facts.ts';

export function storyToMessage(story: Story): MessageInitShape<typeof ExplainOrderResponseSchema> {
  const { orderId, order, summary, timeline, missing } = story;
  return {
    ...{ orderId, summary, userId: order?.userId ?? '' },
    ...(order && { order: orderToMessage(order) }),
    timeline: timeline.map(({ time, part, kind, text, fields }) => {
      return { time: timestampFromDate(time), part, kind, text, fields: { ...fields } };
    }),
    missing: missing.map(({ part, reason, message }) => ({ part, reason, message })),
  };
}

function orderToMessage(order: OrderFacts): MessageInitShape<typeof OrderSchema> {
  const { orderId, status, items, total, failure, createTime, updateTime } = order;
  return {
    ...{ orderId, total, status: OrderStatus[status] },
    items: items.map(({ productId, name, quantity, unitPrice }) => {
      const minorUnits = unitPrice.minorUnits * BigInt(quantity);
      return { productId, name, quantity, unitPrice, lineTotal: { ...unitPrice, minorUnits } };
    }),
    ...(failure && { failure: { ...failure, metadata: { ...failure.metadata } } }),
    createTime: timestampFromDate(createTime),
    updateTime: timestampFromDate(updateTime),
  };
}
