import type { OrderEnd, Products, StoredCart } from './domain/types.ts';

/**
 * Carts in use, kept for seconds. It never throws, and finds nothing while Redis is unavailable. Its fences ensure that
 * it never serves a cart older than the last commit. A cart with a live claim is not kept, so that its reader asks
 * whether the order has ended (rule S37).
 */
export interface CartCache {
  readonly find: (userId: string) => Promise<StoredCart | undefined>;
  /** Call it before a read of the database. The result tells whether the cart that was read may still be kept. */
  readonly begin: () => () => boolean;
  /** Keeps a committed cart, unless it is claimed or a newer cart or fence is there. Does not wait. */
  readonly keep: (userId: string, cart: StoredCart) => void;
  /**
   * From now on no cart older than `version` is served or kept. Call it under the cart's lock, before the commit of
   * `version` or of a claim on the version before it. If the commit's cart never reaches the cache, the fence stays.
   * If the fence can't be written, this process reads past the cache until all older entries have expired.
   */
  readonly fence: (userId: string, version: bigint) => Promise<void>;
}

/** Today's products of these ids. */
export type Catalog = (productIds: readonly string[]) => Promise<Products>;

/** The order service, which knows how an order ended before its event arrives. */
export interface OrderEnds {
  /** @returns undefined if the answer has no status. @throws if no answer comes soon, or the order is unknown */
  readonly endOf: (orderId: string) => Promise<OrderEnd | undefined>;
}
