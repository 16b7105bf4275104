import { hash, parseOptions, verify } from '@node-rs/bcrypt';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { overloaded } from '../domain/errors.ts';

/** bcrypt reads no more than this of a password. */
const maxBytes = 72;

export interface Passwords {
  /** @throws OVERLOADED; a RangeError for a password over 72 bytes, which would be truncated */
  readonly hash: (password: string) => Promise<string>;
  /** Without a hash (unknown user) it takes as long and is false. @throws OVERLOADED */
  readonly verify: (password: string, encoded: string | undefined) => Promise<boolean>;
  /** The hash has another cost than new ones get. */
  readonly isOutdated: (encoded: string) => boolean;
}

export interface PasswordOptions {
  /** log2 of bcrypt's rounds. */
  readonly cost: number;
  /** Hashes at once, one a core by default: more would only take the processor from other requests. */
  readonly concurrency?: number;
  /** Who would have to wait longer is refused at once. The default ends before the callers' patience. */
  readonly maxWaitMs?: number;
}

/** Lets `concurrency` run at a time, in order of arrival, and refuses who would have to wait too long. */
function createGate(concurrency: number, maxWaitMs: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  let averageMs = 0;

  async function enter(): Promise<void> {
    if (running < concurrency) running += 1;
    else if ((waiting.length * averageMs) / concurrency >= maxWaitMs) throw overloaded();
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(tookMs: number): void {
    averageMs = averageMs === 0 ? tookMs : averageMs * 0.8 + tookMs * 0.2;
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await enter();
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      leave(performance.now() - startedAt);
    }
  };
}

/** bcrypt on the thread pool. */
export function createPasswords(options: PasswordOptions): Passwords {
  const { cost, concurrency = availableParallelism(), maxWaitMs = 8000 } = options;
  const gate = createGate(concurrency, maxWaitMs);
  // Nobody's password: what unknown users are compared with.
  const decoy = hash(randomBytes(24).toString('base64'), { cost });
  return {
    hash: async (password) => {
      if (Buffer.byteLength(password) > maxBytes) throw new RangeError('a password has at most 72 bytes');
      return gate(() => hash(password, { cost }));
    },
    verify: async (password, encoded) => {
      const against = encoded ?? (await decoy);
      const matches = await gate(() => verify(password, against));
      return matches && encoded !== undefined && Buffer.byteLength(password) <= maxBytes;
    },
    isOutdated: (encoded) => parseOptions(encoded).cost !== cost,
  };
}
