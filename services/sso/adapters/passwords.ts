import { hash, parseOptions, verify } from '@node-rs/bcrypt';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { createGate, GateClosed } from '../../../platform/gate.ts';
import { overloaded } from '../domain/errors.ts';
import type { Passwords } from '../ports.ts';

/** bcrypt ignores all bytes of a password after these. */
const maxBytes = 72;

export interface PasswordOptions {
  /** log2 of bcrypt's rounds. */
  readonly cost: number;
  /** The most hashes at the same time. Default one for each core: more would slow other requests down. */
  readonly concurrency?: number | undefined;
  /** A call that would wait longer is refused. The default, 8000, is less than the deadline of a call (10 s). */
  readonly maxWaitMs?: number;
}

/** Hashes with bcrypt on the thread pool, a bounded number at a time and in the order of the calls. */
export function createPasswords(options: PasswordOptions): Passwords {
  const { cost, concurrency = availableParallelism(), maxWaitMs = 8000 } = options;
  // The gate bounds only how long a call waits, neither how many wait nor the wait after refusals.
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

  // A random password. The password of an unknown user is compared with it, so that the answer takes as long.
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
