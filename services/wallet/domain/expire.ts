import type { WalletTransaction } from '../repository/index.ts';
import type { WalletDeps } from './deps.ts';
import type { PlacedHold } from './types.ts';

/** Ends a HELD hold as EXPIRED and gives its money back. The row must be locked. */
export async function expire(tx: WalletTransaction, hold: PlacedHold): Promise<void> {
  await tx.endHold(hold.orderId, 'EXPIRED');
  await tx.freeHeld(hold.walletId, hold.amount.minorUnits);
}

export interface ExpireInput {
  /** Ends the sweep early. */
  readonly signal?: AbortSignal;
}

/**
 * Expires every hold that is overdue by the database's clock, each in a separate transaction (rule S39). It skips holds
 * that another transaction has locked.
 */
export async function expireOverdueHolds(deps: WalletDeps, { signal }: ExpireInput): Promise<void> {
  do {
    if (signal?.aborted === true) return;
  } while (await expireNext(deps));
}

async function expireNext(deps: WalletDeps): Promise<boolean> {
  const found = await deps.repository.transaction(async (tx) => {
    const overdue = await tx.lockNextOverdueHold();
    if (overdue !== undefined) await expire(tx, overdue);
    return overdue !== undefined;
  });
  if (found) deps.metrics.expired(1);
  return found;
}
