import type { ProductsDeps } from './deps.ts';
import { sumLines } from './reservation.ts';

/**
 * Frees the goods of overdue reservations, `limit` at most. Replicas may run it at once: each takes rows that no other
 * has locked. A row is locked before its products, as everywhere, and waited for by nobody who holds a product.
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
