import type { ServiceImpl } from '@connectrpc/connect';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { FundsService } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { holdStateToMessage } from '../convert/hold-state.ts';
import { captureHold } from '../domain/capture.ts';
import type { WalletDeps } from '../domain/deps.ts';
import { holdFunds } from '../domain/hold.ts';
import { refundCapture } from '../domain/refund.ts';
import { voidHold } from '../domain/void.ts';

/** The saga's calls on wallets. Every call is keyed by its order (rule S5). */
export function fundsServiceHandlers(deps: WalletDeps): ServiceImpl<typeof FundsService> {
  return {
    hold: async ({ orderId, userId, amount, ttlSeconds, captureDeadline }) => {
      if (amount === undefined) throw new Error('the required amount is missing');
      if (captureDeadline === undefined) throw new Error('the required capture deadline is missing');
      const held = await holdFunds(deps, {
        orderId,
        userId: userId.toLowerCase(),
        amount,
        ttlSeconds,
        captureDeadline: timestampDate(captureDeadline),
      });
      return {
        state: holdStateToMessage(held.state),
        expireTime: timestampFromDate(held.expiresAt),
        captureDeadline: timestampFromDate(held.captureDeadline),
      };
    },

    capture: async ({ orderId }) => {
      const { transactionId, amount } = await captureHold(deps, { orderId });
      return { state: holdStateToMessage('CAPTURED'), transactionId, amount };
    },

    void: async ({ orderId }) => ({ state: holdStateToMessage(await voidHold(deps, { orderId })) }),

    refund: async ({ orderId }) => {
      const { transactionId, amount } = await refundCapture(deps, { orderId });
      return { transactionId, amount };
    },
  };
}
