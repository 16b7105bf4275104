import type { OrderDeps } from './deps.ts';

/** Marks orders as started just now. Orders that have ended are left alone. */
export async function markStarted(deps: OrderDeps, input: { readonly orderIds: readonly string[] }): Promise<void> {
  await deps.repository.markStarted(input.orderIds);
}
