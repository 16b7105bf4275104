import type { OrderEnd, Products, StoredCart } from './domain/types.ts';

/**
 * Carts that are being used, kept beside the database for seconds. It never throws; with nothing behind it, it answers
 * nothing.
 *
 * Who changes a cart first fences it, inside the transaction and under the cart's lock: from then on no entry is served
 * and none older than the fence is kept. After the commit the new cart takes the fence's place. So a change that is
 * committed and then not written here (a crash, a lost connection) leaves a fence behind, never an old cart. If even
 * the fence can't be written, this process reads past the cache until entries made before must have run out.
 *
 * A cart with a live claim is not kept, so that its reader asks the database whether the claim has ended. The claim
 * fences the version after its own: what was read before it is neither served nor kept.
 */
export interface CartCache {
  readonly find: (userId: string) => Promise<StoredCart | undefined>;
  /** Call before reading the database; the result says whether what was read may still be kept. */
  readonly begin: () => () => boolean;
  /** Keeps a cart that is committed, unless it is claimed or something newer is there. Doesn't wait. */
  readonly keep: (userId: string, cart: StoredCart) => void;
  /** Before the commit of `version`, or of a claim on the version before it. */
  readonly fence: (userId: string, version: bigint) => Promise<void>;
}

/** What the catalog tells of products today. */
export type Catalog = (productIds: readonly string[]) => Promise<Products>;

/** The order service, which knows how an order ended before its event is here. */
export interface OrderEnds {
  /** undefined for an order that it doesn't tell of; throws if it doesn't answer soon. */
  readonly endOf: (orderId: string) => Promise<OrderEnd | undefined>;
}
