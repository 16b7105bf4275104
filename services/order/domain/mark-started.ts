import type { OrderDeps } from './deps.ts';

/** Notes that the workflows of these orders are known to be started; those that have ended are left alone. */
export async function markStarted(deps: OrderDeps, input: { readonly orderIds: readonly string[] }): Promise<void> {
  await deps.repository.markStarted(input.orderIds);
}
