import { readsInVain } from './token-rules.ts';

export interface UnknownKids {
  /** Whether a kid that the key set lacks may cause a read of it. */
  readonly mayRead: (kid: string | undefined) => boolean;
  /** A read because of an unknown kid brought the same set. */
  readonly readInVain: () => void;
  /** A read brought another set. */
  readonly changed: (before: readonly string[], now: readonly string[]) => void;
}

/**
 * Bounds the reads of the key set that forged kids cause (docs/decisions/0016-two-reads-for-unknown-keys.md). A read that
 * brings another set is not counted, since nobody can forge that. Nor does a kid that has left the set cause a read: the
 * tokens of a replaced key, which come until they expire, would use up the reads that a new key needs.
 */
export function createUnknownKids(): UnknownKids {
  const former = new Set<string>();
  let inVainAtMs: readonly number[] = [];
  return {
    mayRead: (kid) => {
      if (kid !== undefined && former.has(kid)) return false;
      const since = performance.now() - readsInVain.seconds * 1000;
      return inVainAtMs.filter((atMs) => atMs > since).length < readsInVain.count;
    },
    readInVain: () => {
      inVainAtMs = [...inVainAtMs, performance.now()].slice(-readsInVain.count);
    },
    changed: (before, now) => {
      inVainAtMs = [];
      // A set of before came back, for example from a replica whose database is away. The newer kids will return.
      const isOlder = now.some((kid) => former.has(kid));
      if (isOlder) former.clear();
      else for (const kid of before) if (!now.includes(kid)) former.add(kid);
    },
  };
}
