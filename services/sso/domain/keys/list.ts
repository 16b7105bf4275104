import type { KeyDeps } from './deps.ts';
import type { RotationRules } from './rules.ts';
import { isNext, type SigningKey } from './signing-key.ts';

/** A key as an operator sees it. */
export interface KeyStatus {
  /** RFC 7638 thumbprint, as in tokens and in the key set. */
  readonly kid: string;
  /** `next`: waits until verifiers know it. `verifying`: signs no longer, but its tokens are still valid. */
  readonly state: 'next' | 'signing' | 'verifying' | 'retired';
  readonly createdAt: Date;
  /** When it begins or began to sign. */
  readonly signsFrom: Date | undefined;
  /** Until when its tokens are valid. undefined as long as no next key is published. */
  readonly goodUntil: Date | undefined;
}

/** All keys, retired ones included, oldest first. */
export async function listKeys(deps: Pick<KeyDeps, 'repository' | 'rules'>): Promise<KeyStatus[]> {
  const keys = await deps.repository.allKeys();
  const next = keys.find(isNext);
  return keys.map((key) => statusOf(key, next, deps.rules));
}

function statusOf(key: SigningKey, next: SigningKey | undefined, rules: RotationRules): KeyStatus {
  const { kid, createdAt } = key;
  const signsAt = (waiting: SigningKey) => after(waiting.createdAt, rules.publishSeconds);
  if (isNext(key)) return { kid, state: 'next', createdAt, signsFrom: signsAt(key), goodUntil: undefined };
  const signsFrom = key.activatedAt ?? undefined;
  if (key.state === 'retired') {
    return { kid, state: 'retired', createdAt, signsFrom, goodUntil: key.retiredAt ?? undefined };
  }
  const endsAt = key.deactivatedAt ?? (next && signsAt(next));
  const goodUntil = endsAt && after(endsAt, rules.verifySeconds);
  return { kid, state: key.state === 'active' ? 'signing' : 'verifying', createdAt, signsFrom, goodUntil };
}

function after(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000);
}
