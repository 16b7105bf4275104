import type { ConnectRouter } from '@connectrpc/connect';
import { CheckoutService } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import type { CheckoutDeps } from './domain/deps.ts';
import { checkoutServiceHandlers } from './handlers/checkout-service.ts';

/** The RPCs that the edge may reach. */
export function publicRoutes(deps: CheckoutDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(CheckoutService, checkoutServiceHandlers(deps));
}
