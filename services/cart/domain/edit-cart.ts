import { changeCart } from './change-cart.ts';
import type { CartDeps } from './deps.ts';
import { priceCart } from './price.ts';
import { readCart } from './read-cart.ts';
import type { CartChange, CartKey, PricedCart, Products, StoredCart } from './types.ts';

export interface EditCartInput extends CartKey {
  /** UUID of a product that the decision is about. */
  readonly productId: string;
  /** Throws to refuse; the lines it sees are locked. */
  readonly decide: (cart: StoredCart, products: Products) => CartChange;
}

/**
 * Changes a cart under its lock and answers it priced. What an order has bought by now leaves it first. The catalog is
 * asked before the change, so that a change is not followed by an error about prices.
 */
export async function editCart(deps: CartDeps, { userId, productId, decide }: EditCartInput): Promise<PricedCart> {
  const before = await readCart(deps, { userId });
  const products = await deps.catalog([...new Set([productId, ...idsOf(before)])]);
  const cart = await changeCart(deps, { userId, decide: (locked) => decide(locked, products) });
  const unknown = idsOf(cart).filter((id) => !products.has(id) && !idsOf(before).includes(id));
  if (unknown.length === 0) return priceCart(cart, products);
  // Somebody else added a line in between.
  return priceCart(cart, new Map([...products, ...(await deps.catalog(unknown))]));
}

function idsOf(cart: StoredCart): string[] {
  return cart.lines.map(({ productId }) => productId);
}
