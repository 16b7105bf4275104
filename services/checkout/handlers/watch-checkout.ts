import type { ServiceImpl } from '@connectrpc/connect';
import type { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { toProtoCheckout } from '../convert/checkout.ts';
import { buyerOf } from './buyer.ts';
import type { CheckoutHandlerDeps } from './deps.ts';

/** The order service's watch of the caller's order, in the words of checkouts. */
export function watchCheckout(deps: CheckoutHandlerDeps): ServiceImpl<typeof CheckoutService>['watchCheckout'] {
  return async function* ({ orderId }, context) {
    for await (const checkout of deps.peers.watchCheckout(buyerOf(context), orderId, context.signal)) {
      yield { checkout: toProtoCheckout(checkout) };
    }
  };
}
