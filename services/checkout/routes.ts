import type { ConnectRouter } from '@connectrpc/connect';
import { CheckoutService } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { cancelCheckout } from './handlers/cancel-checkout.ts';
import type { CheckoutHandlerDeps } from './handlers/deps.ts';
import { getCheckout } from './handlers/get-checkout.ts';
import { startCheckout } from './handlers/checkout-service.ts';
import { watchCheckout } from './handlers/watch-checkout.ts';

export function checkoutRoutes(deps: CheckoutHandlerDeps): (router: ConnectRouter) => void {
  return (router) =>
    void router.service(CheckoutService, {
      startCheckout: startCheckout(deps),
      getCheckout: getCheckout(deps),
      watchCheckout: watchCheckout(deps),
      cancelCheckout: cancelCheckout(deps),
    });
}
