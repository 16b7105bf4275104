import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  TransactionSchema,
  TransactionType,
  WalletSchema,
  type Transaction,
  type Wallet,
} from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import type { AdjustedWallet } from '../domain/types.ts';

export function adjustedWalletToMessages(adjusted: AdjustedWallet): { wallet: Wallet; transaction: Transaction } {
  const { walletId, currencyCode, balanceMinor, heldMinor, transactionId, movedMinor } = adjusted;
  const money = (minorUnits: bigint) => ({ currencyCode, minorUnits });
  return {
    wallet: create(WalletSchema, {
      ...{ walletId, currencyCode, balance: money(balanceMinor), held: money(heldMinor) },
      available: money(balanceMinor - heldMinor),
    }),
    transaction: create(TransactionSchema, {
      ...{ transactionId, amount: money(movedMinor), balanceAfter: money(adjusted.balanceAfterMinor) },
      type: movedMinor > 0n ? TransactionType.CREDIT : TransactionType.DEBIT,
      createTime: timestampFromDate(adjusted.movedAt),
    }),
  };
}
