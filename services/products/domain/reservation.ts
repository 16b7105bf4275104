import type { Price } from './product.ts';

export type ReservationState = 'ACTIVE' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';

/** Pieces of one product. */
export interface Line {
  readonly productId: string;
  readonly quantity: number;
}

/** Pieces of one product at the price the buyer saw. */
export interface PricedLine extends Line {
  readonly unitPrice: Price;
}

/** A locked product as far as stock goes. */
export interface StockLevel {
  readonly productId: string;
  readonly onHand: number;
  readonly available: number;
  readonly price: Price;
  readonly deleted: boolean;
}

export interface Reservation {
  readonly orderId: string;
  readonly state: ReservationState;
  readonly expireTime: Date;
  /** The expiry has passed by the database's clock, read after the lock. Says something while ACTIVE only. */
  readonly overdue: boolean;
  readonly retaken: boolean;
  /** What a refused commit was told; undefined if none was refused. */
  readonly refusal: Readonly<Record<string, string>> | undefined;
  readonly restocked: boolean;
}

/** One line a product, in product-id order. */
export function sumLines(lines: readonly Line[]): Line[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((left, right) => (left.productId < right.productId ? -1 : 1));
}

export interface Shortage {
  readonly productId: string;
  readonly requested: number;
  readonly available: number;
}

/** The first product of which fewer pieces are free than the lines ask for. */
export function findShortage(lines: readonly Line[], levels: readonly StockLevel[]): Shortage | undefined {
  const byId = new Map(levels.map((level) => [level.productId, level.available]));
  for (const { productId, quantity } of lines) {
    const available = byId.get(productId) ?? 0;
    if (available < quantity) return { productId, requested: quantity, available };
  }
  return undefined;
}
