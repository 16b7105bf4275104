import type { KeyDeps } from './deps.ts';
import { createKey, isNext, openKey } from './signing-key.ts';

/**
 * `graceful`: the next key is published now and signs once verifiers know it; the old one verifies until its tokens
 * have expired. `now`: for a key that has leaked; its tokens end when verifiers next read the key set. `new_secret`:
 * the same where JWT_SECRET is another than the keys were sealed with.
 */
export type RotationMode = 'graceful' | 'now' | 'new_secret';

/**
 * Begins a rotation, under the keys' lock; running services carry it on. A graceful one that is under way already is
 * gone on with.
 * @throws if JWT_SECRET is not that of the service: it could not open what is made here
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
