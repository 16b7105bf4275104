import type { ServiceImpl } from '@connectrpc/connect';
import type { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { fromTypeMessage, toTransactionMessage } from '../convert/wallet.ts';
import type { WalletDeps } from '../domain/deps.ts';
import { listTransactions as list } from '../domain/list-transactions.ts';

export function listTransactions(deps: WalletDeps): ServiceImpl<typeof WalletService>['listTransactions'] {
  return async ({ pageSize, pageToken, type, orderId }, context) => {
    const page = await list(deps, {
      userId: requireUser(context).userId,
      pageSize,
      pageToken,
      type: fromTypeMessage(type),
      orderId: orderId === '' ? undefined : orderId,
    });
    return { transactions: page.transactions.map(toTransactionMessage), nextPageToken: page.nextPageToken };
  };
}
