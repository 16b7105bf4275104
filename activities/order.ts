import type { Client } from '@connectrpc/connect';
import { ApplicationFailure } from '@temporalio/common';
import type { OrderWriteService } from '../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Order } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Activities, OrderEnd } from '../workflows/contract/checkout.ts';
import { call } from './call.ts';

const statusNames: ReadonlyMap<OrderStatus, OrderEnd['status']> = new Map([
  [OrderStatus.PENDING, 'PENDING'],
  [OrderStatus.COMPLETED, 'COMPLETED'],
  [OrderStatus.FAILED, 'FAILED'],
  [OrderStatus.CANCELLED, 'CANCELLED'],
]);

const expected = { PENDING: OrderStatus.PENDING, COMPLETED: OrderStatus.COMPLETED } as const;

/**
 * The saga's writes to the order. A write to an order that has already ended changes nothing and answers how the order
 * ended (rule S19).
 */
export function createOrderActivities(
  orders: Client<typeof OrderWriteService>,
): Pick<Activities, 'completeOrder' | 'failOrder' | 'cancelOrder' | 'readOrder'> {
  async function read(orderId: string): Promise<OrderEnd> {
    const { order } = await call('order', (options) => orders.get({ orderId }, options));
    return toEnd(order?.order);
  }

  async function write(orderId: string, rpc: () => Promise<{ order?: Order | undefined }>): Promise<OrderEnd> {
    try {
      return toEnd((await rpc()).order);
    } catch (error) {
      if (error instanceof ApplicationFailure && error.type === 'ORDER_CLOSED') return await read(orderId);
      throw error;
    }
  }

  return {
    completeOrder: ({ orderId }) =>
      write(orderId, () => call('order', (options) => orders.complete({ orderId }, options))),

    failOrder: ({ orderId, failure: { reason, message, metadata } }) => {
      const failure = { reason, message, metadata: { ...metadata } };
      return write(orderId, () => call('order', (options) => orders.fail({ orderId, failure }, options)));
    },

    cancelOrder: ({ orderId, expectedStatus, cause }) => {
      const request = { orderId, expectedStatus: expected[expectedStatus], cause };
      return write(orderId, () => call('order', (options) => orders.cancel(request, options)));
    },

    readOrder: ({ orderId }) => read(orderId),
  };
}

function toEnd(order: Order | undefined): OrderEnd {
  const status = order && statusNames.get(order.status);
  if (status === undefined)
    throw ApplicationFailure.retryable('the order service answered without an order', 'BAD_ANSWER');
  const failure = order?.failure;
  if (failure === undefined) return { status };
  const { reason, message, metadata } = failure;
  return { status, failure: { reason, message, metadata } };
}
