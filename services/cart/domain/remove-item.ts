import type { CartDeps } from './deps.ts';
import { editCart } from './edit-cart.ts';
import { cartItemNotFound } from './errors.ts';
import type { CartKey, PricedCart } from './types.ts';

export interface RemoveItemInput extends CartKey {
  /** UUID. */
  readonly productId: string;
}

/**
 * Removes a product from the cart.
 * @throws CART_ITEM_NOT_FOUND
 */
export async function removeItem(deps: CartDeps, { userId, productId }: RemoveItemInput): Promise<PricedCart> {
  return editCart(deps, {
    userId,
    productId,
    decide: (cart) => {
      if (!cart.lines.some((line) => line.productId === productId)) throw cartItemNotFound(productId);
      return { remove: [productId] };
    },
  });
}
