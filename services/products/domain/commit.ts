import type { ProductsTransaction } from '../repository/index.ts';
import type { ProductsDeps } from './deps.ts';
import { notCommittable, outOfStock } from './errors.ts';
import { findShortage } from './reservation.ts';
import type { Line } from './types.ts';

export interface Committed {
  /** True if the reservation had expired and its goods were taken again (rule S16). */
  readonly retaken: boolean;
}

type Outcome =
  | { readonly kind: 'committed' | 'repeated'; readonly retaken: boolean; readonly lines: readonly Line[] }
  | { readonly kind: 'refused'; readonly metadata: Readonly<Record<string, string>> };

/**
 * Turns a reservation into a sale. An expired reservation takes free stock again (rule S16). A refusal is stored, even
 * if there was no reservation: the money goes back after it, so no later commit may succeed (rule S17).
 * @throws OUT_OF_STOCK, the same at every repeat
 */
export async function commitStock(deps: ProductsDeps, { orderId }: { readonly orderId: string }): Promise<Committed> {
  const lines = await deps.repository.plain.commit(orderId);
  const outcome = lines === undefined ? await commitCarefully(deps, orderId) : committed(lines);
  if (outcome.kind === 'refused') {
    deps.metrics.reservation('refused');
    throw notCommittable(outcome.metadata);
  }
  if (outcome.kind === 'committed') {
    deps.metrics.reservation(outcome.retaken ? 'retaken' : 'committed');
    deps.cache.stockChanged(outcome.lines.map((line) => line.productId));
  }
  return { retaken: outcome.retaken };
}

const committed = (lines: readonly Line[]): Outcome => ({ kind: 'committed', retaken: false, lines });

function commitCarefully({ repository }: ProductsDeps, orderId: string): Promise<Outcome> {
  return repository.transaction((tx) => decide(tx, orderId));
}

async function decide(repository: ProductsTransaction, orderId: string): Promise<Outcome> {
  const tombstone = await repository.claimReservation(orderId, 'RELEASED', 0);
  const reservation = tombstone === undefined ? await repository.lockReservation(orderId) : undefined;
  if (reservation === undefined) return { kind: 'refused', metadata: { orderId } };
  const { state, retaken, refusal, overdue } = reservation;
  if (state === 'COMMITTED') return { kind: 'repeated', retaken, lines: [] };
  if (state === 'RELEASED') return { kind: 'refused', metadata: refusal ?? { orderId } };
  return state === 'ACTIVE' ? sell(repository, orderId, overdue, true) : sell(repository, orderId, true, false);
}

/** Sells the lines. @param isReserved whether they are still set aside; if not, there must be free stock */
async function sell(
  repository: ProductsTransaction,
  orderId: string,
  retaken: boolean,
  isReserved: boolean,
): Promise<Outcome> {
  const lines = await repository.reservationLines(orderId);
  const levels = await repository.lockStock(lines.map((line) => line.productId));
  const shortage = isReserved ? undefined : findShortage(lines, levels);
  if (shortage !== undefined) {
    const refusal = outOfStock(shortage).metadata;
    await repository.changeReservation(orderId, { state: 'RELEASED', refusal });
    return { kind: 'refused', metadata: refusal };
  }
  await repository.moveStock(lines, { reserved: isReserved ? -1 : 0, onHand: -1 });
  await repository.insertMovements(
    lines.map(({ productId, quantity }) => ({ productId, kind: 'commit' as const, delta: -quantity, orderId })),
  );
  await repository.changeReservation(orderId, { state: 'COMMITTED', retaken });
  return { kind: 'committed', retaken, lines };
}
