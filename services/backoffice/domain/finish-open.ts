import { AppError } from '../../../platform/errors/app-error.ts';
import { contextOf, inRequest, unknownOrigin } from '../../../platform/telemetry/request-context.ts';
import type { BackofficeDeps } from './deps.ts';
import { perform } from './perform.ts';
import type { Entry } from './types.ts';

const atOnce = 20;

/**
 * Tries again what is still open, for example because a process died between the change and its outcome. So no entry
 * stays without an outcome. All are tried at the same time, because a refund may take seconds, and a credit should not
 * wait for it. @returns how many entries were tried
 */
export async function finishOpen(deps: BackofficeDeps, { signal }: { readonly signal?: AbortSignal }): Promise<number> {
  if (signal?.aborted) return 0;
  const open = await deps.repository.leaseOpen(atOnce);
  await Promise.all(
    open.map((entry) => {
      const { userId, actorId } = entry;
      return inRequest({ ...contextOf(unknownOrigin), userId, actorId }, () => finish(deps, entry));
    }),
  );
  return open.length;
}

async function finish(deps: BackofficeDeps, entry: Entry): Promise<void> {
  try {
    await perform(deps, entry);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'definitive') return;
    deps.logger.warn({ err: error, entryId: entry.entryId }, 'a change is still open; it is tried again');
  }
}
