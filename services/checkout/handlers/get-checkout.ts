import type { ServiceImpl } from '@connectrpc/connect';
import type { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { toProtoCheckout } from '../convert/checkout.ts';
import { getCheckout as get } from '../domain/get-checkout.ts';
import { buyerOf } from './buyer.ts';
import type { CheckoutHandlerDeps } from './deps.ts';

export function getCheckout(deps: CheckoutHandlerDeps): ServiceImpl<typeof CheckoutService>['getCheckout'] {
  return async ({ orderId }, context) => ({ checkout: toProtoCheckout(await get(deps, buyerOf(context), orderId)) });
}
