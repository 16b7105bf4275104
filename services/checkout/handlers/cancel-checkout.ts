import type { ServiceImpl } from '@connectrpc/connect';
import type { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { toProtoCheckout } from '../convert/checkout.ts';
import { cancelCheckout as cancel } from '../domain/cancel-checkout.ts';
import { buyerOf } from './buyer.ts';
import type { CheckoutHandlerDeps } from './deps.ts';

export function cancelCheckout(deps: CheckoutHandlerDeps): ServiceImpl<typeof CheckoutService>['cancelCheckout'] {
  return async ({ orderId }, context) => ({
    checkout: toProtoCheckout(await cancel(deps, buyerOf(context), orderId)),
  });
}
