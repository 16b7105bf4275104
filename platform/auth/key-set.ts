import { createRemoteJWKSet, customFetch, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { AppError } from '../errors/app-error.ts';
import { jwksCooldownSeconds } from './token-rules.ts';

export type KeySource = { readonly fetchJwks: () => Promise<JSONWebKeySet> } | { readonly jwksUrl: string };

const retryAfterFailureMs = 2000;
/** The same if there is a last key set. Callers with unknown key ids wait for each try. */
const retryWithLastMs = 10_000;
const staleForMs = 3_600_000;

async function read(source: KeySource, signal: AbortSignal | undefined): Promise<string> {
  if ('fetchJwks' in source) return JSON.stringify(await source.fetchJwks());
  const response = await fetch(source.jwksUrl, { redirect: 'manual', ...(signal === undefined ? {} : { signal }) });
  if (!response.ok) throw new Error(`the key set cannot be read: its address answered ${response.status}`);
  return response.text();
}

export interface KeySetOptions {
  readonly cacheSeconds: number;
  /** Called when the key set was read and differs from the former one. */
  readonly onChange: () => void;
}

/**
 * Reads the key set again when it is `cacheSeconds` old, and for an unknown kid at most once a second. While it cannot be
 * read, the last one is used for up to an hour, so that an outage of sso does not sign everybody out.
 * @throws JWKS_UNAVAILABLE (by the returned function) if the key set was not read within that hour
 */
export function createKeySet(source: KeySource, { cacheSeconds, onChange }: KeySetOptions): JWTVerifyGetKey {
  let last: { readonly body: string; readonly atMs: number } | undefined;
  let failedAtMs = -Infinity;
  let failure: unknown;

  /** @throws `why` if there is none that may still be used */
  function lastBody(why: unknown): string {
    if (last !== undefined && performance.now() - last.atMs < staleForMs) return last.body;
    throw why;
  }

  async function body(signal: AbortSignal | undefined): Promise<string> {
    const pauseMs = last === undefined ? retryAfterFailureMs : retryWithLastMs;
    if (performance.now() - failedAtMs < pauseMs) return lastBody(failure);
    try {
      const before = last?.body;
      last = { body: await read(source, signal), atMs: performance.now() };
      if (before !== undefined && before !== last.body) onChange();
      return last.body;
    } catch (error) {
      failedAtMs = performance.now();
      failure = error;
      return lastBody(error);
    }
  }

  const url = new URL('jwksUrl' in source ? source.jwksUrl : 'memory://jwks');
  return createRemoteJWKSet(url, {
    cooldownDuration: jwksCooldownSeconds * 1000,
    cacheMaxAge: cacheSeconds * 1000,
    [customFetch]: async (_url, { signal }) => {
      try {
        return new Response(await body(signal));
      } catch (cause) {
        throw new AppError('unavailable', 'JWKS_UNAVAILABLE', 'tokens cannot be checked right now', {
          cause,
          retryAfterSeconds: 2,
        });
      }
    },
  });
}
