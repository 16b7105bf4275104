import { randomUUID } from 'node:crypto';
import type { RequestKey } from '../../../../platform/data/db/once.ts';

/** Rows that are there, so that a call finds something. All are UUIDs, if nothing else is said. */
export interface Ids {
  readonly userId: string;
  readonly orderId: string;
  readonly productId: string;
  readonly walletId: string;
  readonly transactionId: string;
  readonly sessionId: string;
  readonly eventId: string;
}

/** The `once` of a transaction. */
export interface Once {
  readonly once: <Answer>(key: RequestKey, effect: () => Promise<Answer>) => Promise<Answer>;
}

/** A request and its repeat. */
export const onceCalls: Calls<Once> = {
  once: async ({ once }, { userId }) => {
    const key = { subject: userId, method: 'AMethod', requestId: randomUUID(), fingerprint: 'one' };
    await once(key, () => Promise.resolve({}));
    await once(key, () => Promise.resolve({}));
  },
};

type Called = (...args: never[]) => unknown;

/**
 * A call of each function of a repository that sends a statement. A function without a call here does not compile, so no
 * statement can be forgotten.
 */
export type Calls<Repository, Except extends keyof Repository = never> = {
  readonly [Name in keyof Repository as Repository[Name] extends Called ? Exclude<Name, Except> : never]-?: (
    repository: Repository,
    ids: Ids,
  ) => Promise<unknown>;
};

/** Makes all calls, one after another. */
export async function make<Repository, Except extends keyof Repository = never>(
  repository: Repository,
  calls: Calls<Repository, Except>,
  ids: Ids,
): Promise<void> {
  for (const [name, call] of Object.entries<(repository: Repository, ids: Ids) => Promise<unknown>>(calls)) {
    await call(repository, ids).catch((error: unknown) => {
      throw new Error(`the call of ${name} failed`, { cause: error });
    });
  }
}
