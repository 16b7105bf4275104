import type { ConnectRouter } from '@connectrpc/connect';
import { OrderWriteService } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderService } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { CancelOrderDeps } from './domain/cancel-order.ts';
import type { CreateOrderDeps } from './domain/create-order.ts';
import type { WatchOrderDeps } from './domain/watch-order.ts';
import { orderWriteHandlers } from './handlers/order-write-service.ts';
import { orderHandlers } from './handlers/order-service.ts';

export function orderRoutes(deps: CancelOrderDeps & WatchOrderDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(OrderService, orderHandlers(deps));
}

export function orderInternalRoutes(deps: CreateOrderDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(OrderWriteService, orderWriteHandlers(deps));
}
