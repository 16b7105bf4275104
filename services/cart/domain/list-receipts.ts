import type { CartDeps } from './deps.ts';
import type { Receipt } from './types.ts';

/** Those of these events that the cart has taken in, oldest first. */
export function listReceipts(
  deps: CartDeps,
  input: { readonly eventIds: readonly string[] },
): Promise<readonly Receipt[]> {
  return deps.repository.receiptsOf(input.eventIds);
}
