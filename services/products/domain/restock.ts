import type { ProductsDeps } from './deps.ts';
import { notCommitted } from './errors.ts';

/**
 * Puts the goods of a sold order back on hand, once for each order.
 * @returns true if this call did so, false for a repeat
 * @throws RESERVATION_NOT_COMMITTED
 */
export async function restock(deps: ProductsDeps, { orderId }: { readonly orderId: string }): Promise<boolean> {
  const lines = await deps.repository.transaction(async (repository) => {
    const reservation = await repository.lockReservation(orderId);
    if (reservation?.state !== 'COMMITTED') throw notCommitted(orderId);
    if (reservation.restocked) return undefined;
    const lines = await repository.reservationLines(orderId);
    await repository.lockStock(lines.map((line) => line.productId));
    await repository.moveStock(lines, { reserved: 0, onHand: 1 });
    await repository.insertMovements(
      lines.map(({ productId, quantity }) => ({ productId, kind: 'restock' as const, delta: quantity, orderId })),
    );
    await repository.markRestocked(orderId);
    return lines;
  });
  if (lines === undefined) return false;
  deps.metrics.reservation('restocked');
  deps.cache.stockChanged(lines.map((line) => line.productId));
  return true;
}
