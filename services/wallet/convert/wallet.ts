import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { MoneySchema, type Money as MoneyMessage } from '../../../proto/gen/ecommerce/type/v1/money_pb.ts';
import {
  TransactionSchema,
  TransactionType as TypeMessage,
  WalletSchema,
  type Transaction as TransactionMessage,
  type Wallet as WalletMessage,
} from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import {
  availableMinor,
  transactionTypes,
  type Money,
  type TransactionType,
  type Wallet,
  type WalletTransaction,
} from '../domain/types.ts';

const typeMessages: Readonly<Record<TransactionType, TypeMessage>> = {
  TOP_UP: TypeMessage.TOP_UP,
  CAPTURE: TypeMessage.CAPTURE,
  REFUND: TypeMessage.REFUND,
};

/** undefined for UNSPECIFIED, which stands for any type. */
export function fromTypeMessage(message: TypeMessage): TransactionType | undefined {
  return transactionTypes.find((type) => typeMessages[type] === message);
}

/** A field that the contract requires, so that only a caller around its validation could leave it out. */
export function fromMoney(money: MoneyMessage | undefined): Money {
  if (money === undefined) throw new Error('a required amount is missing');
  return { currencyCode: money.currencyCode, minorUnits: money.minorUnits };
}

export function toMoney({ currencyCode, minorUnits }: Money): MoneyMessage {
  return create(MoneySchema, { currencyCode, minorUnits });
}

export function toWalletMessage(wallet: Wallet): WalletMessage {
  const { walletId, currencyCode } = wallet;
  const money = (minorUnits: bigint) => toMoney({ currencyCode, minorUnits });
  return create(WalletSchema, {
    walletId,
    currencyCode,
    balance: money(wallet.balanceMinor),
    held: money(wallet.heldMinor),
    available: money(availableMinor(wallet)),
  });
}

export function toTransactionMessage(transaction: WalletTransaction): TransactionMessage {
  const { amount } = transaction;
  return create(TransactionSchema, {
    transactionId: transaction.transactionId,
    type: typeMessages[transaction.type],
    amount: toMoney(amount),
    balanceAfter: toMoney({ currencyCode: amount.currencyCode, minorUnits: transaction.balanceAfterMinor }),
    orderId: transaction.orderId ?? '',
    createTime: timestampFromDate(transaction.createdAt),
  });
}
