import type { Client } from '@connectrpc/connect';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import type { RefundService } from '../../../proto/gen/ecommerce/order/internal/v1/refund_pb.ts';
import { orderFromMessage } from '../convert/order.ts';
import type { Refunds } from '../ports.ts';

export type RefundClient = Client<typeof RefundService>;

/** As long as the order service waits for the refund's workflow. A caller who has less time limits it. */
const refundMs = 10_000;

/** Refunds by the order service. */
export function createRefunds(client: RefundClient): Refunds {
  return {
    refund: async (wish) => {
      try {
        const { order } = await client.refund(wish, { timeoutMs: refundMs });
        return orderFromMessage(order);
      } catch (error) {
        throw fromConnectError(error);
      }
    },
  };
}
