import { createRandom } from '../../testkit/random.ts';
import type { Shopper } from '../../testkit/shopper/shopper.ts';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { buyerOf, type Buyer } from '../checkouts.ts';

export interface Operation {
  readonly name: string;
  /** One call of one user. */
  readonly once: (user: number) => Promise<unknown>;
}

const random = createRandom(1);

/**
 * The operations that are measured one by one. Password hashes have the default cost of production.
 * @param anybody a shopper who is not signed in, so that no token is verified
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
