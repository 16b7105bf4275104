import type { ConnectRouter } from '@connectrpc/connect';
import { ClaimRecordService } from '../../proto/gen/ecommerce/cart/internal/v1/claim_record_pb.ts';
import { CartClaimService } from '../../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import type { CartDeps } from './domain/deps.ts';
import { cartClaimServiceHandlers } from './handlers/cart-claim-service.ts';
import { cartServiceHandlers } from './handlers/cart-service.ts';
import { claimRecordServiceHandlers } from './handlers/claim-record-service.ts';

/** The RPCs that the edge may reach. */
export function publicRoutes(deps: CartDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(CartService, cartServiceHandlers(deps));
}

/** The RPCs that only the saga and the back office call. */
export function internalRoutes(deps: CartDeps): (router: ConnectRouter) => void {
  return (router) =>
    void router
      .service(CartClaimService, cartClaimServiceHandlers(deps))
      .service(ClaimRecordService, claimRecordServiceHandlers(deps));
}
