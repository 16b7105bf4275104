import { createHash } from 'node:crypto';

interface Entry<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

export interface TokenCache<Value> {
  readonly get: (token: string, scope?: string) => Value | undefined;
  /** Kept until `expiresAtMs` (epoch), but no longer than the cache's own limit. */
  readonly set: (token: string, value: Value, expiresAtMs: number, scope?: string) => void;
}

/**
 * Verified tokens by hash, least recently used out first. It is shorter-lived than the key set's cache, so that it
 * never makes a retired key live noticeably longer.
 */
export function createTokenCache<Value>(limits: {
  readonly size: number;
  readonly seconds: number;
}): TokenCache<Value> {
  const entries = new Map<string, Entry<Value>>();
  const keyOf = (token: string, scope: string) => createHash('sha256').update(`${scope} ${token}`).digest('base64');
  return {
    get: (token, scope = '') => {
      const key = keyOf(token, scope);
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      if (entry.untilMs <= Date.now()) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    set: (token, value, expiresAtMs, scope = '') => {
      entries.set(keyOf(token, scope), { value, untilMs: Math.min(expiresAtMs, Date.now() + limits.seconds * 1000) });
      const [oldest] = entries.keys();
      if (entries.size > limits.size && oldest !== undefined) entries.delete(oldest);
    },
  };
}
