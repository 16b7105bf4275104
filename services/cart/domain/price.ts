import type { Money } from '../../../proto/money.ts';
import type {
  CartLine,
  CatalogProduct,
  PricedCart,
  PricedLine,
  Products,
  StoredCart,
  UnavailableReason,
} from './types.ts';

/**
 * A cart with today's names, prices and stock. A product that is gone keeps its last known name and price, one that is
 * now sold in another currency its last price in this one; neither is available.
 */
export function priceCart(cart: StoredCart, products: Products): PricedCart {
  const lines = cart.lines.map((line) => priceLine(line, products.get(line.productId)));
  return { version: cart.version, lines, total: sum(lines.map(({ lineTotal }) => lineTotal)) };
}

function priceLine(line: CartLine, product: CatalogProduct | undefined): PricedLine {
  const { productId, quantity } = line;
  const sold = product?.price.currencyCode === line.unitPrice.currencyCode ? product : undefined;
  const unitPrice = sold?.price ?? line.unitPrice;
  const unavailableReason = whyNot(line, product);
  return {
    productId,
    quantity,
    name: product?.name ?? line.name,
    unitPrice,
    lineTotal: { currencyCode: unitPrice.currencyCode, minorUnits: unitPrice.minorUnits * BigInt(quantity) },
    available: unavailableReason === undefined,
    previousUnitPrice: unitPrice.minorUnits === line.unitPrice.minorUnits ? undefined : line.unitPrice,
    unavailableReason,
    currentUnitPrice: unavailableReason === 'CURRENCY_MISMATCH' ? product?.price : undefined,
  };
}

function whyNot({ quantity, unitPrice }: CartLine, product: CatalogProduct | undefined): UnavailableReason | undefined {
  if (product === undefined) return 'PRODUCT_NOT_FOUND';
  if (product.price.currencyCode !== unitPrice.currencyCode) return 'CURRENCY_MISMATCH';
  return product.availableQuantity < quantity ? 'OUT_OF_STOCK' : undefined;
}

function sum(amounts: readonly Money[]): Money | undefined {
  const [first] = amounts;
  if (first === undefined) return undefined;
  const { currencyCode } = first;
  return { currencyCode, minorUnits: amounts.reduce((total, { minorUnits }) => total + minorUnits, 0n) };
}
