import type { Database } from '../../../platform/data/db/database.ts';
import type { RequestKey } from '../../../platform/data/db/once.ts';
import { unlessRefusedByCheck } from '../../../platform/data/db/statement.ts';
import type { CartChange, CartLine, StoredCart } from '../domain/types.ts';
import { applyChange } from './carts.ts';
import type { NewClaim } from './claims.ts';
import {
  claimCart,
  consumeClaim,
  releaseClaim,
  takeInCompleted,
  takeInFailed,
  toCart,
  type EndEvent,
} from './plain-claims.ts';
import { putLine, putLineOnce, removeLines, toValues } from './plain-lines.ts';

/**
 * Changes of carts and steps of orders, each as one statement that has its effect only if everything is plain: the cart
 * is as it was read, and the claim is in the expected state. Otherwise it writes nothing and answers `undefined`. The
 * verb then goes the careful way, which finds out what is the matter.
 *
 * What Postgres does with such statements at the same time: all CTEs read one snapshot, taken when the statement began.
 * A locking CTE and an UPDATE wait for a row that another transaction has changed, and then check their conditions on
 * its newest version (EvalPlanQual). The lines are read from the snapshot. They are those of the version that was read
 * before, if the locked cart still has that version: whoever changes lines raises the version under the cart's lock.
 * @param consumer this service's name in the inbox
 */
export function plainSteps(db: Database, consumer: string) {
  return {
    /** Writes a change of the cart's lines if the cart is still the one that was read. @returns the cart after it */
    change: async (userId: string, cart: StoredCart, change: CartChange): Promise<StoredCart | undefined> => {
      const { put = [], remove = [] } = change;
      const key = { userId, version: cart.version };
      const [line] = put;
      const [changed] =
        line === undefined
          ? await removeLines(db, { ...key, productIds: remove })
          : put.length + remove.length === 1
            ? await putLine(db, { ...key, ...toValues(line) })
            : [];
      return changed && { ...cart, version: changed.version, lines: applyChange(cart.lines, change) };
    },

    /**
     * Writes a line if the cart is still the one that was read and the request is new, and stores its answer.
     * @param answerOf makes the answer of the cart after it; it must survive JSON
     * @returns the cart after it
     */
    putOnce: async (
      userId: string,
      cart: StoredCart,
      line: CartLine,
      key: RequestKey,
      answerOf: (changed: StoredCart) => object,
    ): Promise<StoredCart | undefined> => {
      const changed = { ...cart, version: cart.version + 1n, lines: applyChange(cart.lines, { put: [line] }) };
      const { method, requestId, fingerprint } = key;
      const request = { method, requestId, fingerprint, answer: JSON.stringify(answerOf(changed)) };
      const put = await unlessRefusedByCheck(
        putLineOnce(db, { userId, version: cart.version, ...toValues(line), ...request }),
      );
      return put?.length === 1 ? changed : undefined;
    },

    /** Claims the cart at this version for the order, and copies its lines. */
    claim: async ({ orderId, userId, cartVersion, ttlSeconds }: NewClaim): Promise<true | undefined> => {
      const claimed = await unlessRefusedByCheck(claimCart(db, { orderId, userId, cartVersion, ttlSeconds }));
      return claimed?.length === 1 ? true : undefined;
    },

    /**
     * Ends a live claim of a completed order and takes what it bought out of the cart, if the cart still has this
     * version.
     * @returns the cart after it
     */
    consume: async (orderId: string, version: bigint): Promise<StoredCart | undefined> =>
      toCart(await consumeClaim(db, { orderId, version })),

    /** Releases a live claim. @returns the cart's owner */
    release: async (orderId: string): Promise<string | undefined> => {
      const [released] = await releaseClaim(db, { orderId });
      return released?.user_id;
    },

    /**
     * Takes in the event of a completed order that has a claim: as `consume`, with the event's id in the inbox.
     * @returns the cart after it; no cart if the claim had ended before
     */
    takeInCompleted: async (event: EndEvent): Promise<{ readonly cart: StoredCart | undefined } | undefined> => {
      const rows = (await unlessRefusedByCheck(takeInCompleted(db, { ...event, consumer }))) ?? [];
      return rows.length === 0 ? undefined : { cart: toCart(rows) };
    },

    /** Takes in the event of an order that has a claim and did not complete: as `release`, with the inbox. */
    takeInFailed: async (event: EndEvent): Promise<true | undefined> => {
      const [received] = await takeInFailed(db, { ...event, consumer });
      return received && true;
    },
  };
}

export type PlainSteps = ReturnType<typeof plainSteps>;
