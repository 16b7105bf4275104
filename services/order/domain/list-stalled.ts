import type { OrderDeps } from './deps.ts';
import type { SweptOrder } from './types.ts';

export interface ListStalledInput {
  readonly startedBeforeSeconds: number;
  readonly limit: number;
}

/** PENDING orders that were last known to be started at least `startedBeforeSeconds` ago (rule S30). */
export async function listStalled(deps: OrderDeps, input: ListStalledInput): Promise<readonly SweptOrder[]> {
  const found = await deps.repository.stalled(input.startedBeforeSeconds, input.limit);
  return deps.repository.findSwept(found);
}
