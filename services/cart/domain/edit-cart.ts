import { changeCart } from './change-cart.ts';
import type { CartDeps } from './deps.ts';
import { priceCart } from './price.ts';
import { readCart } from './read-cart.ts';
import type { CartChange, CartKey, PricedCart, Products, StoredCart } from './types.ts';

export interface EditCartInput extends CartKey {
  /** UUID of the product that is changed; `decide` finds it in `products`. */
  readonly productId: string;
  /** Decides what changes. It throws to refuse the change. */
  readonly decide: (cart: StoredCart, products: Products) => CartChange;
}

/**
 * Changes a cart and returns it with today's prices. If its order has ended, what was bought leaves the cart first
 * (rule S37). The catalog is asked before the change, so that its error does not follow a committed change.
 */
export async function editCart(deps: CartDeps, { userId, productId, decide }: EditCartInput): Promise<PricedCart> {
  const keep = deps.cache.begin();
  const read = await readCart(deps, { userId });
  const products = await deps.catalog([...new Set([productId, ...idsOf(read)])]);
  const cart = await changeCart(deps, { userId, read, keep, decide: (found) => decide(found, products) });
  const unknown = idsOf(cart).filter((id) => !products.has(id) && !idsOf(read).includes(id));
  if (unknown.length === 0) return priceCart(cart, products);
  // Another call has added lines since the catalog was asked.
  return priceCart(cart, new Map([...products, ...(await deps.catalog(unknown))]));
}

function idsOf(cart: StoredCart): string[] {
  return cart.lines.map(({ productId }) => productId);
}
