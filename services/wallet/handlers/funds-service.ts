import type { ServiceImpl } from '@connectrpc/connect';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  HoldState as StateMessage,
  type FundsService,
} from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { fromMoney, toMoney } from '../convert/wallet.ts';
import { capture } from '../domain/capture.ts';
import type { WalletDeps } from '../domain/deps.ts';
import { hold } from '../domain/hold.ts';
import { refund } from '../domain/refund.ts';
import type { HoldState } from '../domain/types.ts';
import { voidHold } from '../domain/void.ts';

const stateMessages: Readonly<Record<HoldState, StateMessage>> = {
  HELD: StateMessage.HELD,
  CAPTURED: StateMessage.CAPTURED,
  VOIDED: StateMessage.VOIDED,
  EXPIRED: StateMessage.EXPIRED,
};

/** What the checkout saga does with a buyer's money; every call is keyed by its order. */
export function fundsHandlers(deps: WalletDeps): ServiceImpl<typeof FundsService> {
  return {
    hold: async ({ orderId, userId, amount, ttlSeconds, captureDeadline }) => {
      if (captureDeadline === undefined) throw new Error('the required capture deadline is missing');
      const held = await hold(deps, {
        orderId,
        userId: userId.toLowerCase(),
        amount: fromMoney(amount),
        ttlSeconds,
        captureDeadline: timestampDate(captureDeadline),
      });
      return {
        state: stateMessages[held.state],
        expireTime: timestampFromDate(held.expiresAt),
        captureDeadline: timestampFromDate(held.captureDeadline),
      };
    },
    capture: async ({ orderId }) => {
      const { transactionId, amount } = await capture(deps, orderId);
      return { state: StateMessage.CAPTURED, transactionId, amount: toMoney(amount) };
    },
    void: async ({ orderId }) => ({ state: stateMessages[await voidHold(deps, orderId)] }),
    refund: async ({ orderId }) => {
      const { transactionId, amount } = await refund(deps, orderId);
      return { transactionId, amount: toMoney(amount) };
    },
  };
}
