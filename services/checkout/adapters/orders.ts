import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import type { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import { checkoutFromMessage } from '../convert/checkout.ts';
import { placedOrderFromMessage, placedOrderToMessage, sweptOrderFromMessage } from '../convert/placed-order.ts';
import { present } from '../convert/present.ts';
import type { Buyer, Checkout } from '../domain/types.ts';
import type { Orders } from '../ports.ts';
import { answerOf, onBehalfOf } from './calls.ts';

export interface OrderClients {
  readonly orders: Pick<Client<typeof OrderService>, 'getOrder' | 'watchOrder'>;
  /** Called with this service's token. */
  readonly orderWrite: Pick<
    Client<typeof OrderWriteService>,
    'create' | 'getByRequest' | 'get' | 'claimUnstarted' | 'markStarted' | 'listStalled'
  >;
}

/** The order service. The buyer's checkouts are read with the buyer's token, all else with this service's token. */
export function createOrders({ orders, orderWrite }: OrderClients): Orders {
  return {
    readCheckout: async (buyer, orderId) => {
      const { order } = await answerOf(orders.getOrder({ orderId }, onBehalfOf(buyer)));
      return checkoutFromMessage(present(order, 'an order'));
    },

    watchCheckout: (buyer, orderId, signal) => watch(orders, buyer, orderId, signal),

    findByRequest: async (key) => {
      try {
        const { order } = await answerOf(orderWrite.getByRequest(key));
        return checkoutFromMessage(present(order?.order, 'an order'));
      } catch (error) {
        if (fromConnectError(error).reason === 'ORDER_NOT_FOUND') return undefined;
        throw error;
      }
    },

    create: async (key, placed) => {
      const { order, created } = await answerOf(orderWrite.create(placedOrderToMessage(key, placed)));
      return { checkout: checkoutFromMessage(present(order?.order, 'an order')), created };
    },

    read: async (orderId) => {
      const { order: found } = await answerOf(orderWrite.get({ orderId }));
      const order = present(found, 'an order');
      return { checkout: checkoutFromMessage(present(order.order, 'an order')), order: placedOrderFromMessage(order) };
    },

    claimUnstarted: async (limit, leaseSeconds) => {
      const answer = await answerOf(orderWrite.claimUnstarted({ limit, leaseSeconds }));
      return {
        orders: answer.orders.map(sweptOrderFromMessage),
        oldestUnstartedTime: answer.oldestUnstartedTime && timestampDate(answer.oldestUnstartedTime),
      };
    },

    markStarted: async (orderIds) => void (await answerOf(orderWrite.markStarted({ orderIds: [...orderIds] }))),

    listStalled: async (startedBeforeSeconds, limit) => {
      const { orders: stalled } = await answerOf(orderWrite.listStalled({ startedBeforeSeconds, limit }));
      return stalled.map(sweptOrderFromMessage);
    },
  };
}

async function* watch(
  orders: OrderClients['orders'],
  buyer: Buyer,
  orderId: string,
  signal: AbortSignal,
): AsyncGenerator<Checkout> {
  try {
    for await (const { order } of orders.watchOrder({ orderId }, { ...onBehalfOf(buyer), signal })) {
      yield checkoutFromMessage(present(order, 'an order'));
    }
  } catch (error) {
    throw fromConnectError(error);
  }
}
