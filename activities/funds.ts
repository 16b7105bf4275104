import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type { FundsService } from '../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import type { Activities } from '../workflows/contract/checkout.ts';
import { call, toMoney } from './call.ts';

/** The saga's steps at the wallet service. */
export function createFundsActivities(
  funds: Client<typeof FundsService>,
): Pick<Activities, 'holdFunds' | 'captureFunds' | 'voidHold' | 'refundFunds'> {
  return {
    async holdFunds({ orderId, userId, amount, ttlSeconds, captureDeadlineMs }) {
      const captureDeadline = timestampFromMs(captureDeadlineMs);
      const request = { orderId, userId, amount: toMoney(amount), ttlSeconds, captureDeadline };
      await call('wallet', (options) => funds.hold(request, options));
    },

    async captureFunds({ orderId }) {
      await call('wallet', (options) => funds.capture({ orderId }, options));
    },

    async voidHold({ orderId }) {
      await call('wallet', (options) => funds.void({ orderId }, options));
    },

    async refundFunds({ orderId }) {
      await call('wallet', (options) => funds.refund({ orderId }, options));
    },
  };
}
