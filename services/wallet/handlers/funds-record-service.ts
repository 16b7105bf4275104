import type { ServiceImpl } from '@connectrpc/connect';
import type { FundsRecordService } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import { recordToMessage } from '../convert/record.ts';
import { transactionToMessage } from '../convert/transaction.ts';
import { walletToMessage } from '../convert/wallet.ts';
import type { WalletDeps } from '../domain/deps.ts';
import { findOrderOfPayment } from '../domain/find-order-of-payment.ts';
import { getFundsRecord } from '../domain/get-funds-record.ts';
import { getWalletRecord } from '../domain/get-wallet-record.ts';

/** What the back office reads of the money of orders and users. */
export function fundsRecordServiceHandlers(deps: WalletDeps): ServiceImpl<typeof FundsRecordService> {
  return {
    getFundsRecord: async ({ orderId }) =>
      recordToMessage(await getFundsRecord(deps, { orderId: orderId.toLowerCase() })),
    findOrderOfPayment: async ({ paymentId }) => ({
      orderId: (await findOrderOfPayment(deps, { paymentId: paymentId.toLowerCase() })) ?? '',
    }),
    getWalletRecord: async ({ userId }) => {
      const { wallet, transactions } = await getWalletRecord(deps, { userId: userId.toLowerCase() });
      return { wallet: walletToMessage(wallet), transactions: transactions.map(transactionToMessage) };
    },
  };
}
