import type { Client } from '@connectrpc/connect';
import type { FundsService } from '../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import type { Activities } from '../workflows/contract.ts';
import { call, toMoney } from './call.ts';
import { refusal } from './failure.ts';

/** The saga's steps at the wallet service. `nowMs` is the clock against which a capture's window is told. */
export function createFundsActivities(
  funds: Client<typeof FundsService>,
  nowMs: () => number,
): Pick<Activities, 'holdFunds' | 'captureFunds' | 'voidHold' | 'refundFunds'> {
  return {
    async holdFunds({ orderId, userId, amount, ttlSeconds, captureDeadlineMs }) {
      // The wallet counts the window from the call, so a later attempt asks for a shorter one.
      const captureWindowSeconds = Math.floor((captureDeadlineMs - nowMs()) / 1_000);
      if (captureWindowSeconds < 1) {
        throw refusal({ reason: 'EXPIRED', message: 'the time in which to pay has passed', metadata: {} });
      }
      const request = { orderId, userId, amount: toMoney(amount), ttlSeconds, captureWindowSeconds };
      await call((options) => funds.hold(request, options));
    },

    async captureFunds({ orderId }) {
      await call((options) => funds.capture({ orderId }, options));
    },

    async voidHold({ orderId }) {
      await call((options) => funds.void({ orderId }, options));
    },

    async refundFunds({ orderId }) {
      await call((options) => funds.refund({ orderId }, options));
    },
  };
}
