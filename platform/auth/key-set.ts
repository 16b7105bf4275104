import { createRemoteJWKSet, customFetch, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { AppError } from '../errors/app-error.ts';
import { jwksCooldownSeconds } from './token-rules.ts';
import { createUnknownKids } from './unknown-kids.ts';

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

interface Read {
  readonly body: string;
  readonly atMs: number;
}

/** Reads the source, but not again and again while that fails. Then it gives what was read in the last hour. */
function patientReader(source: KeySource) {
  let last: Read | undefined;
  let failedAtMs = -Infinity;
  let failure: unknown;

  /** @throws `why` if there is none that may still be used */
  function lastBody(why: unknown): string {
    if (last !== undefined && performance.now() - last.atMs < staleForMs) return last.body;
    throw why;
  }

  return {
    /** The last read that did not fail. */
    last: () => last,
    body: async (signal: AbortSignal | undefined): Promise<string> => {
      const pauseMs = last === undefined ? retryAfterFailureMs : retryWithLastMs;
      if (performance.now() - failedAtMs < pauseMs) return lastBody(failure);
      try {
        last = { body: await read(source, signal), atMs: performance.now() };
        return last.body;
      } catch (error) {
        failedAtMs = performance.now();
        failure = error;
        return lastBody(error);
      }
    },
  };
}

type Reader = ReturnType<typeof patientReader>;

/** Looks up keys in what was read last. jose counts by the wall clock, which may be set back, so it never reads by itself. */
function lookedUpIn(source: KeySource, { body }: Reader) {
  const url = new URL('jwksUrl' in source ? source.jwksUrl : 'memory://jwks');
  return createRemoteJWKSet(url, {
    cooldownDuration: Infinity,
    cacheMaxAge: Infinity,
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

export interface KeySetOptions {
  readonly cacheSeconds: number;
  /** Called when the key set was read and differs from the former one. */
  readonly onChange: () => void;
}

/**
 * Reads the key set again when it is `cacheSeconds` old, and at once for a kid that it lacks, unless such reads were in
 * vain (`createUnknownKids`). While it cannot be read, the last one is used for up to an hour, so that an outage of sso
 * does not sign everybody out.
 * @throws JWKS_UNAVAILABLE (by the returned function) if the key set was not read within that hour
 */
export function createKeySet(source: KeySource, { cacheSeconds, onChange }: KeySetOptions): JWTVerifyGetKey {
  const unknownKids = createUnknownKids();
  const reader = patientReader(source);
  const keys = lookedUpIn(source, reader);
  const kids = () => keys.jwks()?.keys.flatMap(({ kid }) => kid ?? []) ?? [];
  let readAtMs = -Infinity;
  let reading: Promise<void> | undefined;
  const isYoungerThan = (seconds: number) => performance.now() - readAtMs < seconds * 1000;

  async function readNow(): Promise<void> {
    const [before, kidsBefore] = [reader.last(), kids()];
    await keys.reload();
    readAtMs = performance.now();
    if (before === undefined || before.body === reader.last()?.body) return;
    unknownKids.changed(kidsBefore, kids());
    onChange();
  }

  /** Callers at the same time share one read. */
  function reload(): Promise<void> {
    reading ??= readNow().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  /** @returns whether the key set was read after the kid was looked up, at `lookedUpAtMs` */
  async function readFor(kid: string | undefined, lookedUpAtMs: number): Promise<boolean> {
    if (readAtMs > lookedUpAtMs) return true;
    if (reading === undefined) {
      if (isYoungerThan(jwksCooldownSeconds) || !unknownKids.mayRead(kid)) return false;
      const before = reader.last();
      await reload();
      const now = reader.last();
      // A read that failed says nothing about the kid.
      if (now !== before && now?.body === before?.body) unknownKids.readInVain();
    } else await reading;
    return true;
  }

  return async (header, token) => {
    if (!isYoungerThan(cacheSeconds)) await reload();
    const atMs = performance.now();
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey && (await readFor(header.kid, atMs))) return keys(header, token);
      throw error;
    }
  };
}
