import type { Calls } from './calls.ts';
import { Refusal } from './refusals.ts';
import type { Steps } from './steps.ts';

/**
 * Undoes whatever a checkout may have done, always all of it: a worker that died forgot the local steps it had not
 * recorded yet, and a late duplicate of a call, refused or unanswered, may still come; void and releases of what
 * never was leave a tombstone for it. Void comes alone, for its answer decides: `captured` means that nothing was
 * undone and that there is only the way forward.
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

/** Gives claim and stock back; goods that count as sold, although their money is not kept, go back on the shelf. */
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
