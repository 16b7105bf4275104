import type { WalletTransaction } from '../repository/index.ts';
import type { WalletDeps } from './deps.ts';
import { alreadyCaptured } from './errors.ts';
import type { OrderKey } from './types.ts';

/** The state of a hold after a void. In both nothing is held any more. */
export type VoidedState = 'VOIDED' | 'EXPIRED';

/**
 * Ends a hold without taking its money. If there is no hold, it leaves a tombstone, so that a late hold is refused
 * (rule S6). A repeat gets the first answer.
 * @throws ALREADY_CAPTURED if the money is taken, refunded or not: then the checkout goes forward (rule S21)
 */
export async function voidHold(deps: WalletDeps, { orderId }: OrderKey): Promise<VoidedState> {
  const { state, voided } = await deps.repository.transaction((tx) => voidLocked(tx, orderId));
  if (voided) deps.metrics.voided();
  return state;
}

async function voidLocked(tx: WalletTransaction, orderId: string): Promise<{ state: VoidedState; voided: boolean }> {
  if (await tx.insertTombstone(orderId)) return { state: 'VOIDED', voided: true };
  const found = await tx.lockHold(orderId);
  if (found === undefined) throw new Error(`the hold of order ${orderId} can't be found`);
  const { hold } = found;
  if (hold.state === 'CAPTURED') throw alreadyCaptured();
  if (hold.state !== 'HELD') return { state: hold.state, voided: false };
  await tx.endHold(orderId, 'VOIDED');
  await tx.freeHeld(hold.walletId, hold.amount.minorUnits);
  return { state: 'VOIDED', voided: true };
}
