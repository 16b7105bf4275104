import type { CartDeps } from './deps.ts';
import { editCart } from './edit-cart.ts';
import { cartItemNotFound } from './errors.ts';
import type { PricedCart } from './types.ts';

/**
 * Sets the pieces of a product that is in the cart, and takes today's price as the one that was seen.
 * @param quantity 1 to 100.
 * @throws CART_ITEM_NOT_FOUND
 */
export async function setItemQuantity(
  deps: CartDeps,
  userId: string,
  productId: string,
  quantity: number,
): Promise<PricedCart> {
  return editCart(deps, userId, productId, (cart, products) => {
    const line = cart.lines.find((line) => line.productId === productId);
    if (line === undefined) throw cartItemNotFound(productId);
    const product = products.get(productId);
    const sold = product?.price.currencyCode === line.unitPrice.currencyCode ? product : undefined;
    const name = sold?.name ?? line.name;
    const unitPrice = sold?.price ?? line.unitPrice;
    return { put: [{ ...line, quantity, name, unitPrice }] };
  });
}
