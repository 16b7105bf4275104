import type { KeyStatements } from '../../repository/keys.ts';
import type { KeyDeps } from './deps.ts';
import { createKey, isNext, openKey } from './signing-key.ts';

/**
 * Does the steps of a rotation that are due, under the keys' lock: makes the first key; publishes the next key when the
 * active one is old; lets it sign when every verifier knows it; retires the old key when its last token has expired.
 * @throws Error if JWT_SECRET is not the one with which the keys are sealed
 */
export function advanceKeys(deps: KeyDeps): Promise<void> {
  return deps.repository.changingKeys((repository) => advanceLocked(deps, repository));
}

async function advanceLocked({ sealingKey, rules, clock }: KeyDeps, repository: KeyStatements): Promise<void> {
  const now = clock();
  const isPast = (since: Date | null, seconds: number) =>
    since !== null && now.getTime() - since.getTime() >= seconds * 1000;
  const keys = await repository.usableKeys();
  // A process with another JWT_SECRET must not add a key, since no other process could open it.
  for (const key of keys) openKey(sealingKey, key);
  const active = keys.find((key) => key.state === 'active');
  const next = keys.find(isNext);
  if (active === undefined) return repository.insertKey(await createKey(sealingKey, 'active', now));
  for (const key of keys) if (isPast(key.deactivatedAt, rules.verifySeconds)) await repository.retireKey(key.kid, now);
  if (next !== undefined && isPast(next.createdAt, rules.publishSeconds)) {
    await repository.deactivateKey(active.kid, now);
    await repository.activateKey(next.kid, now);
  } else if (next === undefined && isPast(active.activatedAt, rules.activeSeconds)) {
    await repository.insertKey(await createKey(sealingKey, 'published', now));
  }
}
