import type { ServiceImpl } from '@connectrpc/connect';
import type { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { fromMoney, toTransactionMessage, toWalletMessage } from '../convert/wallet.ts';
import type { WalletDeps } from '../domain/deps.ts';
import { topUp as book } from '../domain/top-up.ts';

export function topUp(deps: WalletDeps): ServiceImpl<typeof WalletService>['topUp'] {
  return async ({ amount, requestId }, context) => {
    const { userId } = requireUser(context);
    const { wallet, transaction } = await book(deps, { userId, requestId, amount: fromMoney(amount) });
    return { wallet: toWalletMessage(wallet), transaction: toTransactionMessage(transaction) };
  };
}
