import type { CartDeps } from './deps.ts';
import { editCart } from './edit-cart.ts';
import { currencyMismatch, productNotFound, tooManyLines, tooManyPieces } from './errors.ts';
import type { CartKey, CartLine, CatalogProduct, PricedCart, Products, Quantity, StoredCart } from './types.ts';

export const maxLines = 100;
const maxPieces = 100;

export interface AddItemInput extends CartKey {
  /** UUID. */
  readonly productId: string;
  /** 1 to 100. */
  readonly quantity: number;
}

/**
 * Adds pieces of a product to the cart, at today's price.
 * @throws PRODUCT_NOT_FOUND, CURRENCY_MISMATCH, CART_LIMIT_EXCEEDED
 */
export async function addItem(deps: CartDeps, { userId, productId, quantity }: AddItemInput): Promise<PricedCart> {
  const cart = await editCart(deps, {
    userId,
    productId,
    decide: (locked, products) => ({ put: [addedLine(locked, products, { productId, quantity })] }),
  });
  deps.metrics.itemAdded();
  return cart;
}

/** The product's line after the addition. @throws as `addItem` */
export function addedLine(cart: StoredCart, products: Products, { productId, quantity }: Quantity): CartLine {
  const product = products.get(productId);
  if (product === undefined) throw productNotFound(productId);
  return lineWith(cart, product, quantity);
}

function lineWith(cart: StoredCart, product: CatalogProduct, pieces: number): CartLine {
  const { productId, name, price } = product;
  const others = cart.lines.filter((line) => line.productId !== productId);
  const line = cart.lines.find((line) => line.productId === productId);
  const cartCurrency = others[0]?.unitPrice.currencyCode;
  if (cartCurrency !== undefined && cartCurrency !== price.currencyCode) {
    throw currencyMismatch(cartCurrency, price.currencyCode);
  }
  if (others.length >= maxLines) throw tooManyLines(maxLines);
  const quantity = (line?.quantity ?? 0) + pieces;
  if (quantity > maxPieces) throw tooManyPieces(productId, maxPieces);
  return { productId, quantity, name, unitPrice: price, position: line?.position ?? cart.version + 1n };
}
