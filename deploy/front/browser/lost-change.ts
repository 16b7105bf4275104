/** Changes whose answer was lost: only who looks can tell whether they were made, and nobody repeats them. */
import type { DescMethod } from '@bufbuild/protobuf';
import { ConnectError, type Interceptor } from '@connectrpc/connect';
import { AdminService } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';

/** What a person asks for, and what to do when its answer is lost. The page repeats all other calls by itself. */
const advice: ReadonlyMap<DescMethod, string> = new Map<DescMethod, string>([
  [
    CartService.method.addItem,
    'It is not known whether the product was added: look at the cart before you add it again.',
  ],
  [CartService.method.removeItem, 'It is not known whether the product was removed: look at the cart.'],
  [
    CheckoutService.method.startCheckout,
    'It is not known whether the checkout has begun: look at your orders before you check out again.',
  ],
  [
    WalletService.method.topUp,
    'It is not known whether the money was added: look at the wallet before you add it again.',
  ],
  [OrderService.method.cancelOrder, 'It is not known whether the order is being cancelled: look at its state.'],
  [AdminService.method.refundOrder, 'It is not known whether the order is being refunded: look at its state.'],
  [AuthService.method.login, 'Sign in again.'],
  [
    AuthService.method.register,
    'It is not known whether the account was made: try to sign in before you register again.',
  ],
  [AuthService.method.logout, 'You are signed out here. The platform may keep the session until it expires.'],
]);

const adviceOf = new WeakMap<ConnectError, string>();

/** Remembers what to do about a change that failed. It must be the last one, so that only calls that were sent count. */
export const rememberChange: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    // Connect passes it on as it is, and would wrap any other error.
    const failure = ConnectError.from(error);
    const about = advice.get(request.method);
    if (about !== undefined) adviceOf.set(failure, about);
    throw failure;
  }
};

/** What to do about a change that failed without an answer; undefined for every other call. */
export function lostChange(error: unknown): string | undefined {
  return error instanceof ConnectError ? adviceOf.get(error) : undefined;
}
