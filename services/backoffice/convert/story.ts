import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ExplainOrderResponseSchema } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import type { Story } from '../domain/facts.ts';
import { orderToMessage } from './order.ts';

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
