import type { ServiceImpl } from '@connectrpc/connect';
import type { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { transactionToMessage, transactionTypeFromMessage } from '../convert/transaction.ts';
import { walletToMessage } from '../convert/wallet.ts';
import { createWallet } from '../domain/create-wallet.ts';
import type { WalletDeps } from '../domain/deps.ts';
import { getWallet } from '../domain/get-wallet.ts';
import { listTransactions } from '../domain/list-transactions.ts';
import { topUpWallet } from '../domain/top-up.ts';

const defaultCurrency = 'USD';

/** A user's calls on their own wallet. */
export function walletServiceHandlers(deps: WalletDeps): ServiceImpl<typeof WalletService> {
  return {
    createWallet: async (request, context) => {
      const { userId } = requireUser(context);
      const wallet = await createWallet(deps, { userId, currencyCode: request.currencyCode || defaultCurrency });
      return { wallet: walletToMessage(wallet) };
    },

    getWallet: async (_request, context) => {
      const { userId } = requireUser(context);
      return { wallet: walletToMessage(await getWallet(deps, { userId })) };
    },

    topUp: async ({ amount, requestId }, context) => {
      const { userId } = requireUser(context);
      if (amount === undefined) throw new Error('the required amount is missing');
      const { wallet, transaction } = await topUpWallet(deps, { userId, requestId, amount });
      return { wallet: walletToMessage(wallet), transaction: transactionToMessage(transaction) };
    },

    listTransactions: async ({ pageSize, pageToken, type, orderId }, context) => {
      const page = await listTransactions(deps, {
        userId: requireUser(context).userId,
        pageSize,
        pageToken,
        type: transactionTypeFromMessage(type),
        orderId: orderId === '' ? undefined : orderId,
      });
      return { transactions: page.transactions.map(transactionToMessage), nextPageToken: page.nextPageToken };
    },
  };
}
