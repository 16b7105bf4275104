import type { ProductsDeps } from './deps.ts';
import { alreadyCommitted } from './errors.ts';
import type { Line } from './types.ts';

/**
 * Gives the stock of an order's reservation back. An order without a reservation gets a tombstone, so that a late
 * reserve is refused (rule S6). A repeat changes nothing.
 * @throws ALREADY_COMMITTED
 */
export async function releaseStock(deps: ProductsDeps, { orderId }: { readonly orderId: string }): Promise<void> {
  const returned = await deps.repository.transaction(async (repository): Promise<readonly Line[]> => {
    const tombstone = await repository.claimReservation(orderId, 'RELEASED', 0);
    const reservation = tombstone === undefined ? await repository.lockReservation(orderId) : undefined;
    if (reservation === undefined || reservation.state === 'RELEASED') return [];
    if (reservation.state === 'COMMITTED') throw alreadyCommitted(orderId);
    const lines = reservation.state === 'ACTIVE' ? await repository.reservationLines(orderId) : [];
    await repository.lockStock(lines.map((line) => line.productId));
    await repository.moveStock(lines, { reserved: -1, onHand: 0 });
    await repository.changeReservation(orderId, { state: 'RELEASED' });
    return lines;
  });
  deps.metrics.reservation('released');
  deps.cache.stockChanged(returned.map((line) => line.productId));
}
