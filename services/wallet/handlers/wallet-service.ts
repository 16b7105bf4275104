import type { ServiceImpl } from '@connectrpc/connect';
import type { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { toWalletMessage } from '../convert/wallet.ts';
import type { WalletDeps } from '../domain/deps.ts';
import { getWallet as get } from '../domain/get-wallet.ts';

export function getWallet(deps: WalletDeps): ServiceImpl<typeof WalletService>['getWallet'] {
  return async (_request, context) => {
    const wallet = await get(deps, requireUser(context).userId);
    return { wallet: toWalletMessage(wallet) };
  };
}
