import { createRandom } from '../../testkit/random.ts';
import type { Shopper } from '../../testkit/shopper/shopper.ts';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { buyerOf, type Buyer } from '../checkouts.ts';

export interface Operation {
  readonly name: string;
  /** One call of one user, or what belongs together. */
  readonly once: (user: number) => Promise<unknown>;
}

const random = createRandom(1);

/**
 * What people do in a shop, each by itself. Passwords are checked at the cost that production has by default.
 * @param anybody has no token to be verified
 */
export function operationsOf(anybody: Shopper, buyers: readonly Buyer[]): readonly Operation[] {
  const asUser = (user: number) => buyerOf(buyers, user).shopper;
  const productId = (user: number) => buyerOf(buyers, user).product.productId;
  const credentials = adminCredentials();
  return [
    { name: 'sign in', once: () => anybody.ask('AuthService/Login', { ...credentials }) },
    { name: 'list products', once: () => anybody.products({ pageSize: 20 }) },
    { name: 'read a product', once: (user) => anybody.product(productId(user)) },
    { name: 'change the cart', once: (user) => asUser(user).setQuantity(productId(user), random.between(1, 100)) },
    { name: 'read the cart', once: (user) => asUser(user).cart() },
    { name: 'read the wallet', once: (user) => asUser(user).wallet() },
    { name: 'top up', once: (user) => asUser(user).topUp(100) },
    { name: 'list orders', once: (user) => asUser(user).ask('OrderService/ListOrders', { pageSize: 20 }) },
  ];
}
