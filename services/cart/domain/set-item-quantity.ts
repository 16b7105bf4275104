import type { CartDeps } from './deps.ts';
import { editCart } from './edit-cart.ts';
import { cartItemNotFound } from './errors.ts';
import type { CartKey, PricedCart } from './types.ts';

export interface SetItemQuantityInput extends CartKey {
  /** UUID. */
  readonly productId: string;
  /** 1 to 100. */
  readonly quantity: number;
}

/**
 * Sets the quantity of a product that is in the cart, and stores today's price as the price that the buyer saw.
 * @throws CART_ITEM_NOT_FOUND
 */
export async function setItemQuantity(deps: CartDeps, input: SetItemQuantityInput): Promise<PricedCart> {
  const { userId, productId, quantity } = input;
  return editCart(deps, {
    userId,
    productId,
    decide: (cart, products) => {
      const line = cart.lines.find((line) => line.productId === productId);
      if (line === undefined) throw cartItemNotFound(productId);
      const product = products.get(productId);
      const sold = product?.price.currencyCode === line.unitPrice.currencyCode ? product : undefined;
      const name = sold?.name ?? line.name;
      const unitPrice = sold?.price ?? line.unitPrice;
      return { put: [{ ...line, quantity, name, unitPrice }] };
    },
  });
}
