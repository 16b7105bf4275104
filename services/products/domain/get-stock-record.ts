import type { ProductsDeps } from './deps.ts';
import type { Line, ReservationRecord } from './types.ts';

export interface StockRecord extends ReservationRecord {
  /** Empty for a tombstone. */
  readonly lines: readonly Line[];
}

/** The reservation of an order. @returns undefined if none was asked for */
export async function getStockRecord(
  deps: ProductsDeps,
  input: { readonly orderId: string },
): Promise<StockRecord | undefined> {
  const { repository } = deps;
  const [reservation, lines] = await Promise.all([
    repository.reservationOf(input.orderId),
    repository.reservationLines(input.orderId),
  ]);
  return reservation && { ...reservation, lines };
}
