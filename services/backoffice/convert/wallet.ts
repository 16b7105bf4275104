import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { GetWalletResponseSchema } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import type { GetWalletRecordResponse } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import { TransactionType as TypeMessage, type Transaction } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import type { TransactionType, Wallet } from '../domain/types.ts';

const typeMessages: Readonly<Record<TransactionType, TypeMessage>> = {
  TOP_UP: TypeMessage.TOP_UP,
  CAPTURE: TypeMessage.CAPTURE,
  REFUND: TypeMessage.REFUND,
  CREDIT: TypeMessage.CREDIT,
  DEBIT: TypeMessage.DEBIT,
};
const types = new Map(Object.entries(typeMessages).map(([type, message]) => [message, type as TransactionType]));

/** @throws Error if the answer of the wallet service is incomplete */
export function walletFromMessage({ wallet, transactions }: GetWalletRecordResponse): Wallet {
  const { balance, held } = wallet ?? {};
  if (!wallet || !balance || !held) throw new Error('the answer of the wallet service is incomplete');
  return {
    walletId: wallet.walletId,
    currencyCode: wallet.currencyCode,
    balanceMinor: balance.minorUnits,
    heldMinor: held.minorUnits,
    transactions: transactions.map(transactionFromMessage),
  };
}

function transactionFromMessage(transaction: Transaction): Wallet['transactions'][number] {
  const { transactionId, type, amount, balanceAfter, orderId, createTime } = transaction;
  if (!amount || !balanceAfter || !createTime) throw new Error('a transaction of the wallet service is incomplete');
  return { transactionId, type: types.get(type), amount, balanceAfter, orderId, createTime: timestampDate(createTime) };
}

export function walletToMessage(wallet: Wallet): MessageInitShape<typeof GetWalletResponseSchema> {
  const { walletId, currencyCode, balanceMinor, heldMinor, transactions } = wallet;
  const money = (minorUnits: bigint) => ({ currencyCode, minorUnits });
  return {
    wallet: {
      ...{ walletId, currencyCode, balance: money(balanceMinor), held: money(heldMinor) },
      available: money(balanceMinor - heldMinor),
    },
    transactions: transactions.map(({ type, createTime, ...transaction }) => ({
      ...transaction,
      type: type === undefined ? TypeMessage.UNSPECIFIED : typeMessages[type],
      createTime: timestampFromDate(createTime),
    })),
  };
}
