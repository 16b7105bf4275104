import { hash, parseOptions, verify } from '@node-rs/bcrypt';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { overloaded } from './domain/errors.ts';

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
  /** Who comes when so many wait already is refused at once. */
  readonly maxWaiting?: number;
}

/** Lets `concurrency` run at a time, in order of arrival, and refuses who would have to wait too long. */
function createGate(concurrency: number, maxWaiting: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < concurrency) running += 1;
    else if (waiting.length >= maxWaiting) throw overloaded();
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** bcrypt on the thread pool. */
export function createPasswords(options: PasswordOptions): Passwords {
  const { cost, concurrency = availableParallelism(), maxWaiting = 100 } = options;
  const gate = createGate(concurrency, maxWaiting);
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
