import type { ProductsDeps } from './deps.ts';
import { sumLines } from './reservation.ts';

/**
 * Expires overdue reservations, `limit` at most, and gives their stock back (rule S39). Replicas may run it at the same
 * time: each takes rows that no other has locked. Reservations are locked before products (rule S38).
 * @returns how many expired
 */
export async function expireReservations(deps: ProductsDeps, { limit }: { readonly limit: number }): Promise<number> {
  const { orderIds, productIds } = await deps.repository.transaction(async (repository) => {
    const orderIds = await repository.lockOverdue(limit);
    if (orderIds.length === 0) return { orderIds, productIds: [] };
    const lines = sumLines(await repository.linesOf(orderIds));
    const productIds = lines.map((line) => line.productId);
    await repository.lockStock(productIds);
    await repository.moveStock(lines, { reserved: -1, onHand: 0 });
    for (const orderId of orderIds) await repository.changeReservation(orderId, { state: 'EXPIRED' });
    return { orderIds, productIds };
  });
  if (orderIds.length > 0) deps.metrics.reservation('expired', orderIds.length);
  deps.cache.stockChanged(productIds);
  return orderIds.length;
}
