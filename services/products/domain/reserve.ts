import type { ProductsTransaction } from '../repository/index.ts';
import type { ProductsDeps } from './deps.ts';
import { alreadyReleased, currencyMismatch, outOfStock, priceChanged, productNotFound } from './errors.ts';
import { findShortage, isSamePrice, sumLines, sumPricedLines } from './reservation.ts';
import type { Line, PricedLine, ReservationState, StockLevel } from './types.ts';

export interface ReserveInput {
  readonly orderId: string;
  readonly lines: readonly PricedLine[];
  readonly ttlSeconds: number;
}

export interface Reserved {
  /** ACTIVE; for a late repeat also COMMITTED or EXPIRED. */
  readonly state: ReservationState;
  readonly expireTime: Date;
}

/**
 * Sets all lines aside for an order, or none. The order's key is looked up first, so a repeat gets the first answer
 * although prices and stock have changed (rule S5), and a tombstone refuses a late call (rule S6).
 * @throws PRODUCT_NOT_FOUND, CURRENCY_MISMATCH, PRICE_CHANGED, OUT_OF_STOCK, ALREADY_RELEASED
 */
export async function reserveStock(deps: ProductsDeps, input: ReserveInput): Promise<Reserved> {
  const { orderId, ttlSeconds } = input;
  const lines = sumPricedLines(input.lines);
  // A product at two prices has at least one wrong price.
  const expireTime = lines && (await deps.repository.plain.reserve({ orderId, lines, ttlSeconds }));
  if (lines === undefined || expireTime === undefined) return reserveCarefully(deps, input);
  recordReserved(deps, lines);
  return { state: 'ACTIVE', expireTime };
}

async function reserveCarefully(deps: ProductsDeps, input: ReserveInput): Promise<Reserved> {
  const lines = sumLines(input.lines);
  const reserved = await deps.repository.transaction(async (repository) => {
    const expireTime = await repository.claimReservation(input.orderId, 'ACTIVE', input.ttlSeconds);
    if (expireTime === undefined) return firstAnswer(repository, input.orderId);
    const levels = await repository.lockStock(lines.map((line) => line.productId));
    checkPrices(input.lines, levels);
    const shortage = findShortage(lines, levels);
    if (shortage !== undefined) throw outOfStock(shortage);
    await repository.moveStock(lines, { reserved: 1, onHand: 0 });
    await repository.insertReservationLines(input.orderId, lines);
    return { state: 'ACTIVE' as const, expireTime, repeated: false };
  });
  if (reserved.repeated) deps.metrics.reservation('repeated');
  else recordReserved(deps, lines);
  return reserved;
}

function recordReserved({ metrics, cache }: ProductsDeps, lines: readonly Line[]): void {
  metrics.reservation('reserved');
  metrics.reserved(lines.reduce((sum, line) => sum + line.quantity, 0));
  cache.stockChanged(lines.map((line) => line.productId));
}

async function firstAnswer(repository: ProductsTransaction, orderId: string): Promise<Reserved & { repeated: true }> {
  const reservation = await repository.lockReservation(orderId);
  // Rows are never deleted, so the one that stopped the insert must be there.
  if (reservation === undefined) throw new Error(`the reservation of order ${orderId} can't be found`);
  if (reservation.state === 'RELEASED') throw alreadyReleased(orderId);
  const expired = reservation.state === 'ACTIVE' && reservation.overdue;
  return { state: expired ? 'EXPIRED' : reservation.state, expireTime: reservation.expireTime, repeated: true };
}

function checkPrices(lines: readonly PricedLine[], levels: readonly StockLevel[]): void {
  const byId = new Map(levels.map((level) => [level.productId, level]));
  for (const { productId, unitPrice } of lines) {
    const level = byId.get(productId);
    if (level === undefined || level.deleted) throw productNotFound(productId);
    if (level.price.currencyCode !== unitPrice.currencyCode) {
      throw currencyMismatch(productId, unitPrice.currencyCode, level.price.currencyCode);
    }
    if (!isSamePrice(level.price, unitPrice)) throw priceChanged(productId, unitPrice, level.price);
  }
}
