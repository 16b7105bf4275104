import type { KeyDeps } from './deps.ts';
import { createKey, isNext, openKey } from './signing-key.ts';

/**
 * `graceful`: the next key is published now and signs when verifiers know it; the old key verifies until its tokens
 * have expired. `now`, for a leaked key: its tokens become invalid when verifiers read the key set again. `new_secret`:
 * like `now`, after a change of JWT_SECRET.
 */
export type RotationMode = 'graceful' | 'now' | 'new_secret';

/**
 * Begins a rotation, under the keys' lock. The running services do its later steps. If a graceful rotation is under way
 * already, another one changes nothing.
 * @throws Error if JWT_SECRET is not that of the service, which could not open the new key
 */
export async function rotateKeys(deps: KeyDeps, { mode }: { readonly mode: RotationMode }): Promise<void> {
  const { sealingKey, clock } = deps;
  await deps.repository.changingKeys(async (repository) => {
    const now = clock();
    const keys = await repository.usableKeys();
    if (mode !== 'new_secret') for (const key of keys) openKey(sealingKey, key);
    if (mode === 'graceful' && keys.some(isNext)) return;
    const hasActive = keys.some((key) => key.state === 'active');
    const key = await createKey(sealingKey, mode === 'graceful' && hasActive ? 'published' : 'active', now);
    if (mode !== 'graceful') await repository.retireAll(now);
    await repository.insertKey(key);
  });
}
