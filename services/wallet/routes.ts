import type { ConnectRouter } from '@connectrpc/connect';
import { FundsService } from '../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import type { WalletDeps } from './domain/deps.ts';
import { createWallet } from './handlers/create-wallet.ts';
import { fundsHandlers } from './handlers/funds-service.ts';
import { getWallet } from './handlers/wallet-service.ts';
import { listTransactions } from './handlers/list-transactions.ts';
import { topUp } from './handlers/top-up.ts';

/** What the edge may reach. */
export function publicRoutes(deps: WalletDeps): (router: ConnectRouter) => void {
  return (router) =>
    void router.service(WalletService, {
      createWallet: createWallet(deps),
      getWallet: getWallet(deps),
      topUp: topUp(deps),
      listTransactions: listTransactions(deps),
    });
}

/** What only the checkout saga calls. */
export function internalRoutes(deps: WalletDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(FundsService, fundsHandlers(deps));
}
