import { isEmpty } from './cart-change.ts';
import type { CartDeps } from './deps.ts';
import { storedCart } from './get-cart.ts';
import { priceCart } from './price.ts';
import type { CartChange, CatalogProduct, PricedCart, StoredCart } from './types.ts';

type Products = ReadonlyMap<string, CatalogProduct>;

/**
 * Changes a cart under its lock and answers it priced. What an order has bought by now leaves it first. The catalog is
 * asked before the change, so that a change is not followed by an error about prices.
 * @param productId UUID of a product that the decision is about.
 * @param decide throws to refuse; the lines it sees are locked.
 */
export async function editCart(
  deps: CartDeps,
  userId: string,
  productId: string,
  decide: (cart: StoredCart, products: Products) => CartChange,
): Promise<PricedCart> {
  const before = await storedCart(deps, userId);
  const products = await deps.catalog([...new Set([productId, ...idsOf(before)])]);
  const cart = await changeCart(deps, userId, (locked) => decide(locked, products));
  const unknown = idsOf(cart).filter((id) => !products.has(id) && !idsOf(before).includes(id));
  if (unknown.length === 0) return priceCart(cart, products);
  // Somebody else added a line in between.
  return priceCart(cart, new Map([...products, ...(await deps.catalog(unknown))]));
}

/** Changes a cart under its lock, in a transaction of its own. */
export async function changeCart(
  deps: CartDeps,
  userId: string,
  decide: (cart: StoredCart) => CartChange,
): Promise<StoredCart> {
  const cart = await deps.repository.transaction(async (tx) => {
    const locked = await tx.lockCart(userId);
    const change = decide(locked);
    if (isEmpty(change)) return locked;
    const changed = await tx.changeLines(userId, locked, change);
    await deps.cache.fence(userId, changed.version);
    return changed;
  });
  deps.cache.keep(userId, cart);
  return cart;
}

function idsOf(cart: StoredCart): string[] {
  return cart.lines.map(({ productId }) => productId);
}
