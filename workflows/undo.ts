import type { Calls } from './calls.ts';
import { Refusal } from './refusals.ts';
import type { Steps } from './steps.ts';

/**
 * Undoes everything that a checkout may have done, whatever this run remembers (rules S20 and S21). A worker that died
 * forgot the local steps that it had not recorded, and a late duplicate of a call may still arrive; undoing what never
 * happened leaves a tombstone for it. Void comes first and alone, since its answer decides: `captured` means that
 * nothing was undone and that the checkout must go forward.
 */
export async function undo(steps: Steps, calls: Calls): Promise<'undone' | 'captured'> {
  try {
    await steps.insist(calls.void, 'ALREADY_CAPTURED');
  } catch (error) {
    if (error instanceof Refusal) return 'captured';
    throw error;
  }
  await releaseAll(steps, calls);
  return 'undone';
}

/** Releases the claim and the stock. Stock that is already committed, although its money goes back, is restocked. */
export async function releaseAll(steps: Steps, calls: Calls): Promise<void> {
  await Promise.all([releaseStock(steps, calls), steps.insist(calls.releaseClaim)]);
}

async function releaseStock(steps: Steps, calls: Calls): Promise<void> {
  try {
    await steps.insist(calls.releaseStock, 'ALREADY_COMMITTED');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await steps.insist(calls.restock);
  }
}
