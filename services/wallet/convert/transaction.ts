import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  TransactionSchema,
  TransactionType as TypeMessage,
  type Transaction as TransactionMessage,
} from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { transactionTypes, type LedgerTransaction, type TransactionType } from '../domain/types.ts';

const typeMessages: Readonly<Record<TransactionType, TypeMessage>> = {
  TOP_UP: TypeMessage.TOP_UP,
  CAPTURE: TypeMessage.CAPTURE,
  REFUND: TypeMessage.REFUND,
  CREDIT: TypeMessage.CREDIT,
  DEBIT: TypeMessage.DEBIT,
};

/** @returns undefined for UNSPECIFIED, which in a filter means any type */
export function transactionTypeFromMessage(message: TypeMessage): TransactionType | undefined {
  return transactionTypes.find((type) => typeMessages[type] === message);
}

export function transactionToMessage(transaction: LedgerTransaction): TransactionMessage {
  const { amount } = transaction;
  return create(TransactionSchema, {
    transactionId: transaction.transactionId,
    type: typeMessages[transaction.type],
    amount,
    balanceAfter: { currencyCode: amount.currencyCode, minorUnits: transaction.balanceAfterMinor },
    orderId: transaction.orderId ?? '',
    createTime: timestampFromDate(transaction.createdAt),
  });
}
