import { once } from 'node:events';
import {
  OrderWriteService,
  type CreateRequest,
} from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderService, OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { notFound } from '../../../platform/errors/app-error.ts';
import type { Service } from '../../../platform/service.ts';

/** A fake order service. It keeps the created orders, which stay PENDING, and returns no order to the sweeps. */
export class FakeOrders {
  readonly created: CreateRequest[] = [];

  readonly service: Service = {
    role: 'order',
    checks: {},
    routes: (router) => {
      const own = (orderId: string, userId: string) => this.#find((made) => made.orderId === orderId, userId).order;
      router.service(OrderService, {
        getOrder: ({ orderId }, context) => ({ order: own(orderId, requireUser(context).userId) }),
        async *watchOrder({ orderId }, context) {
          yield { order: own(orderId, requireUser(context).userId) };
          if (!context.signal.aborted) await once(context.signal, 'abort');
        },
      });
    },
    internalRoutes: (router) => {
      router.service(OrderWriteService, {
        create: (request) => {
          this.created.push(request);
          return { order: pending(request), created: true };
        },
        get: ({ orderId }) => ({ order: this.#find((made) => made.orderId === orderId) }),
        getByRequest: ({ userId, requestId }) => ({
          order: this.#find((made) => made.requestId === requestId, userId),
        }),
        claimUnstarted: () => ({}),
        markStarted: () => ({}),
        listStalled: () => ({}),
      });
    },
  };

  #find(isMeant: (made: CreateRequest) => boolean, userId?: string) {
    const found = this.created.find((made) => isMeant(made) && (userId === undefined || made.userId === userId));
    if (found === undefined) throw notFound('ORDER_NOT_FOUND', 'there is no such order');
    return pending(found);
  }
}

function pending({ orderId, userId, items, total, cartVersion }: CreateRequest) {
  const order = { orderId, status: OrderStatus.PENDING, items, ...(total && { total }) };
  return { order, userId, cartVersion };
}
