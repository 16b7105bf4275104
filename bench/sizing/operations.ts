import { randomUUID } from 'node:crypto';
import type { Buyers } from '../checkouts.ts';

export interface Operation {
  readonly name: string;
  /** One call of one user, or what belongs together. */
  readonly once: (user: number) => Promise<unknown>;
}

/** What people do in a shop, each by itself. Passwords are checked at the cost that production has by default. */
export function operationsOf({ shop, customers, products }: Buyers): readonly Operation[] {
  const at = <T>(list: readonly T[], user: number): T => {
    const found = list[user];
    if (found === undefined) throw new Error(`there is no buyer ${user}`);
    return found;
  };
  const asUser = (user: number) => at(customers, user).asUser;
  const productId = (user: number) => at(products, user).productId;
  const admin = { email: process.env['ADMIN_EMAIL'] ?? '', password: process.env['ADMIN_PASSWORD'] ?? '' };
  return [
    { name: 'sign in', once: () => shop.auth.login(admin) },
    { name: 'list products', once: () => shop.products.listProducts({ pageSize: 20 }) },
    { name: 'read a product', once: (user) => shop.products.getProduct({ productId: productId(user) }) },
    {
      name: 'change the cart',
      once: (user) =>
        shop.cart.setItemQuantity({ productId: productId(user), quantity: randomQuantity() }, asUser(user)),
    },
    { name: 'read the cart', once: (user) => shop.cart.getCart({}, asUser(user)) },
    { name: 'read the wallet', once: (user) => shop.wallet.getWallet({}, asUser(user)) },
    {
      name: 'top up',
      once: (user) => {
        const amount = { currencyCode: 'USD', minorUnits: 100n };
        return shop.wallet.topUp({ amount, requestId: randomUUID() }, asUser(user));
      },
    },
    { name: 'list orders', once: (user) => shop.orders.listOrders({ pageSize: 20 }, asUser(user)) },
  ];
}

function randomQuantity(): number {
  return 1 + Math.floor(Math.random() * 100);
}
