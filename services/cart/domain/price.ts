import type { Money } from '../../../proto/money.ts';
import type { CartLine, CatalogProduct, PricedCart, PricedLine, Products, StoredCart } from './types.ts';

/**
 * A cart with today's names, prices and stock. A product that is gone or now sold in another currency keeps its last
 * known name and price, and is not available.
 */
export function priceCart(cart: StoredCart, products: Products): PricedCart {
  const lines = cart.lines.map((line) => priceLine(line, products.get(line.productId)));
  return { version: cart.version, lines, total: sum(lines.map(({ lineTotal }) => lineTotal)) };
}

function priceLine(line: CartLine, product: CatalogProduct | undefined): PricedLine {
  const { productId, quantity } = line;
  const sold = product?.price.currencyCode === line.unitPrice.currencyCode ? product : undefined;
  const unitPrice = sold?.price ?? line.unitPrice;
  return {
    productId,
    quantity,
    name: sold?.name ?? line.name,
    unitPrice,
    lineTotal: { currencyCode: unitPrice.currencyCode, minorUnits: unitPrice.minorUnits * BigInt(quantity) },
    available: sold !== undefined && sold.availableQuantity >= quantity,
    previousUnitPrice: unitPrice.minorUnits === line.unitPrice.minorUnits ? undefined : line.unitPrice,
  };
}

function sum(amounts: readonly Money[]): Money | undefined {
  const [first] = amounts;
  if (first === undefined) return undefined;
  const { currencyCode } = first;
  return { currencyCode, minorUnits: amounts.reduce((total, { minorUnits }) => total + minorUnits, 0n) };
}
