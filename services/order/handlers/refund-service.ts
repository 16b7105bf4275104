import type { ServiceImpl } from '@connectrpc/connect';
import type { RefundService } from '../../../proto/gen/ecommerce/order/internal/v1/refund_pb.ts';
import { waitWithinMs } from '../../../platform/telemetry/wait-within.ts';
import { orderToMessage } from '../convert/order.ts';
import type { OrderDeps } from '../domain/deps.ts';
import { refundOrder } from '../domain/refund-order.ts';

/** Refunds that the back office asks for. */
export function refundServiceHandlers(deps: OrderDeps): ServiceImpl<typeof RefundService> {
  return {
    refund: async ({ orderId, cause }) => {
      const input = { orderId: orderId.toLowerCase(), cause, withinMs: waitWithinMs() };
      return { order: orderToMessage(await refundOrder(deps, input)) };
    },
  };
}
