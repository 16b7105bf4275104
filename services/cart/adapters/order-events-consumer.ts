import type { EventConsumer } from '../../../platform/events/cloud-event.ts';
import { orderEventSchema, orderEventTypes, ordersTopic, subjectOfOrderEvent } from '../../../proto/order-events.ts';
import type { CartDeps } from '../domain/deps.ts';
import { handleOrderEnded } from '../domain/handle-order-ended.ts';
import { consumerName } from '../repository/index.ts';

const known = new Set<string>(Object.values(orderEventTypes));

/** Consumes the events of ended orders. It ignores types that it does not know, since a topic may get new ones. */
export function createOrderEventsConsumer(deps: CartDeps): EventConsumer {
  return {
    name: consumerName,
    topic: ordersTopic,
    subjectOf: subjectOfOrderEvent,
    handle: async (event) => {
      if (!known.has(event.type)) return;
      const { orderId, userId, items, cartVersion: version } = orderEventSchema.parse(event.data);
      const isCompleted = event.type === orderEventTypes.completed;
      const cartVersion = BigInt(version);
      const isNew = await handleOrderEnded(deps, {
        eventId: event.id,
        orderId,
        userId,
        isCompleted,
        items,
        cartVersion,
      });
      const told = { eventId: event.id, type: event.type };
      if (isNew) deps.logger.info(told, 'order event taken in');
      else deps.logger.debug(told, 'order event came again');
    },
  };
}
