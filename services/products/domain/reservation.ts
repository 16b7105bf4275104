import type { Money } from '../../../proto/money.ts';
import type { Line, PricedLine, Shortage, StockLevel } from './types.ts';

/** Sums the lines of each product, and sorts them by product id (rule S38). */
export function sumLines(lines: readonly Line[]): Line[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((left, right) => (left.productId < right.productId ? -1 : 1));
}

/** Sums the lines of each product. @returns undefined if a product has two prices */
export function sumPricedLines(lines: readonly PricedLine[]): PricedLine[] | undefined {
  const summed = new Map<string, PricedLine>();
  for (const line of lines) {
    const known = summed.get(line.productId);
    if (known !== undefined && !isSamePrice(known.unitPrice, line.unitPrice)) return undefined;
    summed.set(line.productId, { ...line, quantity: line.quantity + (known?.quantity ?? 0) });
  }
  return [...summed.values()];
}

export function isSamePrice(left: Money, right: Money): boolean {
  return left.currencyCode === right.currencyCode && left.minorUnits === right.minorUnits;
}

/** The first product that has fewer available pieces than its line asks for. */
export function findShortage(lines: readonly Line[], levels: readonly StockLevel[]): Shortage | undefined {
  const byId = new Map(levels.map((level) => [level.productId, level.available]));
  for (const { productId, quantity } of lines) {
    const available = byId.get(productId) ?? 0;
    if (available < quantity) return { productId, requested: quantity, available };
  }
  return undefined;
}
