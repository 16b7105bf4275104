import type { CartDeps } from './deps.ts';
import { editCart } from './edit-cart.ts';
import { cartItemNotFound } from './errors.ts';
import type { PricedCart } from './types.ts';

/**
 * Takes a product out of the cart.
 * @throws CART_ITEM_NOT_FOUND
 */
export async function removeItem(deps: CartDeps, userId: string, productId: string): Promise<PricedCart> {
  return editCart(deps, userId, productId, (cart) => {
    if (!cart.lines.some((line) => line.productId === productId)) throw cartItemNotFound(productId);
    return { remove: [productId] };
  });
}
