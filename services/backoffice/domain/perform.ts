import { AppError } from '../../../platform/errors/app-error.ts';
import type { Adjustment, Wallets } from '../ports.ts';
import type { BackofficeDeps } from './deps.ts';
import { toStoredRefusal } from './errors.ts';
import type { Action, AdjustedWallet, Entry, StoredAnswer } from './types.ts';

const changes: Readonly<Record<Action, (wallets: Wallets, adjustment: Adjustment) => Promise<AdjustedWallet>>> = {
  'wallet.credit': (wallets, adjustment) => wallets.credit(adjustment),
  'wallet.debit': (wallets, adjustment) => wallets.debit(adjustment),
};

/**
 * Makes the change of an open entry, and writes how it came out. It may run at the same time as another try of the same
 * entry: the entry's id is the key of the change, so both get the same answer. If the answer is not definitive, the
 * entry stays open and is tried again.
 * @throws the refusal
 */
export async function perform(deps: BackofficeDeps, entry: Entry): Promise<StoredAnswer> {
  const { entryId: adjustmentId, userId, amount, action } = entry;
  try {
    const answer = toStored(await changes[action](deps.wallets, { adjustmentId, userId, amount }));
    if (await deps.repository.end(entry.entryId, { outcome: 'DONE', answer })) deps.metrics.ended(action, 'DONE');
    return answer;
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'definitive') throw error;
    const refusal = toStoredRefusal(error);
    if (await deps.repository.end(entry.entryId, { outcome: 'REFUSED', refusal }))
      deps.metrics.ended(action, 'REFUSED');
    throw error;
  }
}

function toStored(adjusted: AdjustedWallet): StoredAnswer {
  return {
    ...adjusted,
    balanceMinor: String(adjusted.balanceMinor),
    heldMinor: String(adjusted.heldMinor),
    movedMinor: String(adjusted.movedMinor),
    balanceAfterMinor: String(adjusted.balanceAfterMinor),
    movedAt: adjusted.movedAt.toISOString(),
  };
}
