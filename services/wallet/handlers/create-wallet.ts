import type { ServiceImpl } from '@connectrpc/connect';
import type { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { toWalletMessage } from '../convert/wallet.ts';
import { createWallet as create } from '../domain/create-wallet.ts';
import type { WalletDeps } from '../domain/deps.ts';

const defaultCurrency = 'USD';

export function createWallet(deps: WalletDeps): ServiceImpl<typeof WalletService>['createWallet'] {
  return async (request, context) => {
    const wallet = await create(deps, requireUser(context).userId, request.currencyCode || defaultCurrency);
    return { wallet: toWalletMessage(wallet) };
  };
}
