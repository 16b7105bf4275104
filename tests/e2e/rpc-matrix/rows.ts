import type { Row } from './row.ts';
import { checkouts, orders } from './rows/checkout-and-order.ts';
import { products } from './rows/products.ts';
import { backoffice } from './rows/backoffice.ts';
import { sso } from './rows/sso.ts';
import { carts, wallets } from './rows/wallet-and-cart.ts';

/** One row for each public RPC, by `Service/Method`. */
export const rows: Readonly<Record<string, Row>> = {
  ...sso,
  ...products,
  ...wallets,
  ...carts,
  ...checkouts,
  ...orders,
  ...backoffice,
};
