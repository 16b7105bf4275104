import type { KeyStatements } from '../../repository/keys.ts';
import type { KeyDeps } from './deps.ts';
import { createKey, isNext, openKey } from './signing-key.ts';

/**
 * Does what is due now, under the keys' lock: makes the first key; publishes the next one when the active one is old;
 * lets it sign once every verifier has seen it; retires the old one when its last token has expired.
 * @throws if JWT_SECRET is not that of the keys that are there
 */
export function advanceKeys(deps: KeyDeps): Promise<void> {
  return deps.repository.changingKeys((repository) => advanceLocked(deps, repository));
}

async function advanceLocked({ sealingKey, rules, clock }: KeyDeps, repository: KeyStatements): Promise<void> {
  const now = clock();
  const isPast = (since: Date | null, seconds: number) =>
    since !== null && now.getTime() - since.getTime() >= seconds * 1000;
  const keys = await repository.usableKeys();
  // Who can't open them would add one that nobody else can.
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
