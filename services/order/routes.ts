import type { ConnectRouter } from '@connectrpc/connect';
import { OrderRecordService } from '../../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import { OrderWriteService } from '../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { RefundService } from '../../proto/gen/ecommerce/order/internal/v1/refund_pb.ts';
import { OrderService } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { OrderDeps } from './domain/deps.ts';
import { orderServiceHandlers } from './handlers/order-service.ts';
import { orderWriteServiceHandlers } from './handlers/order-write-service.ts';
import { orderRecordServiceHandlers } from './handlers/order-record-service.ts';
import { refundServiceHandlers } from './handlers/refund-service.ts';

/** The RPCs that the edge may reach. */
export function publicRoutes(deps: OrderDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(OrderService, orderServiceHandlers(deps));
}

/** The RPCs that only other services call. */
export function internalRoutes(deps: OrderDeps): (router: ConnectRouter) => void {
  return (router) =>
    void router
      .service(OrderWriteService, orderWriteServiceHandlers(deps))
      .service(OrderRecordService, orderRecordServiceHandlers(deps))
      .service(RefundService, refundServiceHandlers(deps));
}
