import type { Client } from '@connectrpc/connect';
import type { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { OrderEnd } from '../domain/types.ts';
import type { OrderEnds } from '../ports.ts';

/** After this time the cart is answered without the order's status, so that no buyer waits longer (rule S37). */
const timeoutMs = 500;

const ends: Readonly<Record<OrderStatus, OrderEnd | undefined>> = {
  [OrderStatus.UNSPECIFIED]: undefined,
  [OrderStatus.PENDING]: 'PENDING',
  [OrderStatus.COMPLETED]: 'COMPLETED',
  [OrderStatus.FAILED]: 'FAILED',
  [OrderStatus.CANCELLED]: 'CANCELLED',
};

export function createOrderClient(orders: Pick<Client<typeof OrderWriteService>, 'get'>): OrderEnds {
  return {
    endOf: async (orderId) => {
      const { order } = await orders.get({ orderId }, { timeoutMs });
      // A refunded order is CANCELLED, but what it bought has left the cart.
      if (order?.wasCompleted === true) return 'COMPLETED';
      return ends[order?.order?.status ?? OrderStatus.UNSPECIFIED];
    },
  };
}
