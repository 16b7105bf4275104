import type { Client } from '@connectrpc/connect';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type {
  AdjustmentService,
  CreditResponse,
} from '../../../proto/gen/ecommerce/wallet/internal/v1/adjustment_pb.ts';
import type { FundsRecordService } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import { walletFromMessage } from '../convert/wallet.ts';
import type { AdjustedWallet } from '../domain/types.ts';
import type { Wallets } from '../ports.ts';

export type AdjustmentClient = Client<typeof AdjustmentService>;

/** The wallet service. */
export function createWallets(client: AdjustmentClient, records: Client<typeof FundsRecordService>): Wallets {
  return {
    credit: (adjustment) => answerOf(client.credit(adjustment)),
    debit: (adjustment) => answerOf(client.debit(adjustment)),
    get: async (userId) => {
      try {
        return walletFromMessage(await records.getWalletRecord({ userId }));
      } catch (error) {
        throw fromConnectError(error);
      }
    },
  };
}

/** @throws the wallet's refusal, as an AppError with its reason */
async function answerOf(call: Promise<Pick<CreditResponse, 'wallet' | 'transaction'>>): Promise<AdjustedWallet> {
  try {
    const { wallet, transaction } = await call;
    const { balance, held } = wallet ?? {};
    const { amount, balanceAfter, createTime } = transaction ?? {};
    if (!wallet || !balance || !held || !transaction || !amount || !balanceAfter || !createTime)
      throw new Error('the answer of the wallet service is incomplete');
    return {
      walletId: wallet.walletId,
      currencyCode: wallet.currencyCode,
      balanceMinor: balance.minorUnits,
      heldMinor: held.minorUnits,
      transactionId: transaction.transactionId,
      movedMinor: amount.minorUnits,
      balanceAfterMinor: balanceAfter.minorUnits,
      movedAt: timestampDate(createTime),
    };
  } catch (error) {
    throw fromConnectError(error);
  }
}
