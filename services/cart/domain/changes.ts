import type { CartChange, Quantity, StoredCart } from './types.ts';

export function isEmpty({ put, remove }: CartChange): boolean {
  return (put?.length ?? 0) + (remove?.length ?? 0) === 0;
}

/** The change that takes bought quantities out of a cart, at most what is there. */
export function without(cart: StoredCart, bought: readonly Quantity[]): CartChange {
  const pieces = new Map<string, number>();
  for (const { productId, quantity } of bought) pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
  const touched = cart.lines
    .filter(({ productId }) => (pieces.get(productId) ?? 0) > 0)
    .map((line) => ({ ...line, quantity: line.quantity - (pieces.get(line.productId) ?? 0) }));
  return {
    put: touched.filter(({ quantity }) => quantity > 0),
    remove: touched.filter(({ quantity }) => quantity <= 0).map(({ productId }) => productId),
  };
}
