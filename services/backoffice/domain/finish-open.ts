import { AppError } from '../../../platform/errors/app-error.ts';
import type { BackofficeDeps } from './deps.ts';
import { perform } from './perform.ts';

const atOnce = 20;

/**
 * Tries again what is still open, for example because a process died between the change and its outcome. So no entry
 * stays without an outcome. @returns how many entries were tried
 */
export async function finishOpen(deps: BackofficeDeps, { signal }: { readonly signal?: AbortSignal }): Promise<number> {
  const open = await deps.repository.leaseOpen(atOnce);
  for (const entry of open) {
    if (signal?.aborted) break;
    try {
      await perform(deps, entry);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'definitive') continue;
      deps.logger.warn({ err: error, entryId: entry.entryId }, 'a change is still open; it is tried again');
    }
  }
  return open.length;
}
