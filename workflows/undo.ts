import type { Calls } from './calls.ts';
import { Refusal } from './refusals.ts';
import type { Steps } from './steps.ts';

/**
 * Undoes everything that a checkout may have done, whatever this run remembers (rule S20). A worker that died forgot
 * the local steps that were not recorded, and a late duplicate of a call may still arrive; it finds a tombstone (rule
 * S6). Void comes first and alone, and its answer decides (rule S21).
 * @returns `captured` if the money is taken: then nothing was undone, and the checkout must go forward
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

/** Releases the claim and the stock. Stock that is already committed is restocked, because its money goes back. */
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
