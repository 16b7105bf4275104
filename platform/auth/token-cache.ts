import { hash } from 'node:crypto';

interface Entry<Value> {
  readonly value: Value;
  /** When the token expires (epoch). */
  readonly expiresAtMs: number;
  /** Until when it is kept, by a clock that never goes back. */
  readonly keptUntilMs: number;
}

export interface TokenCache<Value> {
  readonly get: (token: string, scope?: string) => Value | undefined;
  /** Keeps the value until `expiresAtMs` (epoch), but not longer than the cache's `seconds`. */
  readonly set: (token: string, value: Value, expiresAtMs: number, scope?: string) => void;
}

/**
 * Keeps verified tokens by their hash, and drops the least recently used one first. A token in the cache is accepted
 * even if its key has been retired, so `seconds` must be shorter than the age of the key set.
 */
export function createTokenCache<Value>(limits: {
  readonly size: number;
  readonly seconds: number;
}): TokenCache<Value> {
  const entries = new Map<string, Entry<Value>>();
  const keyOf = (token: string, scope: string) => hash('sha256', `${scope} ${token}`, 'base64');
  return {
    get: (token, scope = '') => {
      const key = keyOf(token, scope);
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      if (entry.expiresAtMs <= Date.now() || entry.keptUntilMs <= performance.now()) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    set: (token, value, expiresAtMs, scope = '') => {
      const keptUntilMs = performance.now() + limits.seconds * 1000;
      entries.set(keyOf(token, scope), { value, expiresAtMs, keptUntilMs });
      const [oldest] = entries.keys();
      if (entries.size > limits.size && oldest !== undefined) entries.delete(oldest);
    },
  };
}
