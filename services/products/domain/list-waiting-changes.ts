import type { ProductsDeps } from './deps.ts';
import type { CatalogChange } from './types.ts';

/** Changes of administrators that the audit trail does not have yet, the oldest first. */
export function listWaitingChanges(
  deps: ProductsDeps,
  { limit }: { readonly limit: number },
): Promise<readonly CatalogChange[]> {
  return deps.repository.waitingChanges(limit);
}
