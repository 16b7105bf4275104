import { durationMs } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { placeKey } from '../../../platform/rpc/overload/admission.ts';
import { httpStatusKey } from '../../../platform/rpc/server/http-status.ts';
import { toMoney, toProtoCheckout } from '../convert/checkout.ts';
import { startCheckout as start } from '../domain/start-checkout.ts';
import { waitForEnd } from '../domain/wait-for-end.ts';
import { buyerOf } from './buyer.ts';
import type { CheckoutHandlerDeps } from './deps.ts';

/** Over REST: 200 if it has ended, else 202 and where to ask again. */
export function startCheckout(deps: CheckoutHandlerDeps): ServiceImpl<typeof CheckoutService>['startCheckout'] {
  return async ({ requestId, wait, expectedTotal }, context) => {
    const buyer = buyerOf(context);
    const accepted = await start(deps, { buyer, requestId, expectedTotal: expectedTotal && toMoney(expectedTotal) });
    // Who only waits takes nobody's place; where too many wait, the answer is that it runs.
    const mayWait = context.values.get(placeKey)?.stepAside ?? (() => true);
    const waitMs = wait !== undefined && mayWait() ? durationMs(wait) : 0;
    const checkout = await waitForEnd(deps, { buyer, checkout: accepted, waitMs, signal: context.signal });
    if (checkout.state === 'RUNNING') {
      context.values.set(httpStatusKey, 202);
      context.responseHeader.set('location', `/api/v1/checkouts/${checkout.orderId}`);
    }
    return { checkout: toProtoCheckout(checkout) };
  };
}
