import { durationMs } from '@bufbuild/protobuf/wkt';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { permitKey } from '../../../platform/rpc/overload/admission.ts';
import { httpStatusKey } from '../../../platform/rpc/server/http-status.ts';
import { checkoutToMessage } from '../convert/checkout.ts';
import { progressToMessage } from '../convert/progress.ts';
import { cancelCheckout } from '../domain/cancel-checkout.ts';
import type { CheckoutDeps } from '../domain/deps.ts';
import { getCheckout } from '../domain/get-checkout.ts';
import { getCheckoutProgress } from '../domain/get-checkout-progress.ts';
import { startCheckout } from '../domain/start-checkout.ts';
import type { Buyer } from '../domain/types.ts';
import { waitForEnd } from '../domain/wait-for-end.ts';
import { watchCheckout } from '../domain/watch-checkout.ts';

/** The public RPCs. Each converts, calls its verb for the signed-in buyer, and converts back. */
export function checkoutServiceHandlers(deps: CheckoutDeps): ServiceImpl<typeof CheckoutService> {
  return {
    /** Over REST the answer is 200 if the checkout has ended, else 202 with the path at which to ask again. */
    async startCheckout({ requestId, wait, expectedTotal }, context) {
      const buyer = buyerOf(context);
      const accepted = await startCheckout(deps, { buyer, requestId, expectedTotal });
      // A call that only waits for the outcome gives its permit back. If too many calls wait already, it does not wait.
      const mayWait = context.values.get(permitKey)?.exchangeForStream ?? (() => true);
      const waitMs = wait !== undefined && mayWait() ? durationMs(wait) : 0;
      const checkout = await waitForEnd(deps, { buyer, checkout: accepted, waitMs, signal: context.signal });
      if (checkout.state === 'RUNNING') {
        context.values.set(httpStatusKey, 202);
        context.responseHeader.set('location', `/api/v1/checkouts/${checkout.orderId}`);
      }
      return { checkout: checkoutToMessage(checkout) };
    },

    async getCheckout({ orderId }, context) {
      return { checkout: checkoutToMessage(await getCheckout(deps, { buyer: buyerOf(context), orderId })) };
    },

    async *watchCheckout({ orderId }, context) {
      const { signal } = context;
      for await (const checkout of watchCheckout(deps, { buyer: buyerOf(context), orderId, signal })) {
        yield { checkout: checkoutToMessage(checkout) };
      }
    },

    async getCheckoutProgress({ orderId }, context) {
      return progressToMessage(await getCheckoutProgress(deps, { buyer: buyerOf(context), orderId }));
    },

    async cancelCheckout({ orderId }, context) {
      return { checkout: checkoutToMessage(await cancelCheckout(deps, { buyer: buyerOf(context), orderId })) };
    },
  };
}

/** The signed-in caller. The token is forwarded unchanged. */
function buyerOf(context: HandlerContext): Buyer {
  const { userId } = requireUser(context);
  return { userId, authorization: context.requestHeader.get('authorization') ?? '' };
}
