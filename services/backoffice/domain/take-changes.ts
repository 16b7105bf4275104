import type { BackofficeDeps } from './deps.ts';

const batch = 100;

interface Input {
  readonly signal?: AbortSignal;
  /** How long to wait for each answer. After that time no more changes are asked for. Default: as the clients do. */
  readonly withinMs?: number;
}

/**
 * Takes what administrators changed in the catalog into the trail. The products service keeps each change until it is
 * confirmed, and the trail has it before that: so none is lost, and one that is listed again is known by its id.
 * @returns how many changes were taken
 */
export async function takeChanges(deps: BackofficeDeps, { signal, withinMs }: Input = {}): Promise<number> {
  const late = withinMs === undefined ? undefined : AbortSignal.timeout(withinMs);
  const stopped = () => signal?.aborted === true || late?.aborted === true;
  let taken = 0;
  while (!stopped()) {
    const changes = await deps.catalogChanges.waiting(batch, withinMs);
    if (changes.length > 0) {
      await deps.repository.insertChanges(changes);
      const changeIds = changes.map(({ changeId }) => changeId);
      await deps.catalogChanges.confirm(changeIds, withinMs);
      taken += changes.length;
    }
    if (changes.length < batch) break;
  }
  return taken;
}
