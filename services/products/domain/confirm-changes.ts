import type { ProductsDeps } from './deps.ts';

/** Notes that the audit trail has these changes. A repeat changes nothing. */
export async function confirmChanges(
  deps: ProductsDeps,
  { changeIds }: { readonly changeIds: readonly string[] },
): Promise<void> {
  await deps.repository.confirmChanges(changeIds);
}
