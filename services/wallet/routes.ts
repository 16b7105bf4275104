import type { ConnectRouter } from '@connectrpc/connect';
import { FundsRecordService } from '../../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import { AdjustmentService } from '../../proto/gen/ecommerce/wallet/internal/v1/adjustment_pb.ts';
import { FundsService } from '../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import type { WalletDeps } from './domain/deps.ts';
import { adjustmentServiceHandlers } from './handlers/adjustment-service.ts';
import { fundsServiceHandlers } from './handlers/funds-service.ts';
import { walletServiceHandlers } from './handlers/wallet-service.ts';
import { fundsRecordServiceHandlers } from './handlers/funds-record-service.ts';

/** The RPCs that the edge may reach. */
export function publicRoutes(deps: WalletDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(WalletService, walletServiceHandlers(deps));
}

/** The RPCs that only the saga and the back office call. */
export function internalRoutes(deps: WalletDeps): (router: ConnectRouter) => void {
  return (router) =>
    void router
      .service(FundsService, fundsServiceHandlers(deps))
      .service(AdjustmentService, adjustmentServiceHandlers(deps))
      .service(FundsRecordService, fundsRecordServiceHandlers(deps));
}
