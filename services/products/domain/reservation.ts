import type { Line, Shortage, StockLevel } from './types.ts';

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

/** The first product that has fewer available pieces than its line asks for. */
export function findShortage(lines: readonly Line[], levels: readonly StockLevel[]): Shortage | undefined {
  const byId = new Map(levels.map((level) => [level.productId, level.available]));
  for (const { productId, quantity } of lines) {
    const available = byId.get(productId) ?? 0;
    if (available < quantity) return { productId, requested: quantity, available };
  }
  return undefined;
}
