import { hash, parseOptions, verify } from '@node-rs/bcrypt';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { createGate, GateClosed } from '../../../platform/gate.ts';
import { overloaded } from '../domain/errors.ts';
import type { Passwords } from '../ports.ts';

/** bcrypt reads no more than this of a password. */
const maxBytes = 72;

export interface PasswordOptions {
  /** log2 of bcrypt's rounds. */
  readonly cost: number;
  /** Hashes at once, one a core by default: more would only take the processor from other requests. */
  readonly concurrency?: number;
  /** Who would have to wait longer is refused. The default ends before the callers' patience. */
  readonly maxWaitMs?: number;
}

/** bcrypt on the thread pool, for some at a time and in order of arrival. */
export function createPasswords(options: PasswordOptions): Passwords {
  const { cost, concurrency = availableParallelism(), maxWaitMs = 8000 } = options;
  // The wait alone is bounded, however many wait and whether others waited in vain.
  const gate = createGate({ concurrency, maxWaiting: Infinity, maxWaitMs, overloadedWaitMs: maxWaitMs });

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const leave = await gate.enter().catch((error: unknown) => {
      throw error instanceof GateClosed ? overloaded() : error;
    });
    try {
      return await work();
    } finally {
      leave();
    }
  }

  // Nobody's password: what unknown users are compared with.
  const decoy = hash(randomBytes(24).toString('base64'), { cost });
  return {
    hash: async (password) => {
      if (Buffer.byteLength(password) > maxBytes) throw new RangeError('a password has at most 72 bytes');
      return inTurn(() => hash(password, { cost }));
    },
    verify: async (password, encoded) => {
      const against = encoded ?? (await decoy);
      const matches = await inTurn(() => verify(password, against));
      return matches && encoded !== undefined && Buffer.byteLength(password) <= maxBytes;
    },
    isOutdated: (encoded) => parseOptions(encoded).cost !== cost,
  };
}
