import type { OrderEnd, Products, StoredCart } from './domain/types.ts';

/** Keeps a cart in the cache, if nothing forbids it. Does not wait. */
export interface KeepCart {
  /** @param ended the order whose claim on the cart has ended; its fence is lifted */
  (userId: string, cart: StoredCart, ended?: string): void;
}

/**
 * Carts in use, kept for seconds. It never throws, and finds nothing while Redis is unavailable. Its fences ensure that
 * it serves no cart older than the last commit, and no cart with a live claim, so that the claimed cart's reader asks
 * whether the order has ended (rule S37). docs/decisions/0010-claims-and-the-cart-cache.md tells why this holds, and for
 * how long it does not if a fence fails.
 */
export interface CartCache {
  readonly find: (userId: string) => Promise<StoredCart | undefined>;
  /**
   * Call it before the cart is read, and keep what was read, or what you made of it, by the result. A cart is not kept
   * if it is claimed, if a newer cart or a fence is there, or if too much time has passed since.
   */
  readonly begin: () => KeepCart;
  /**
   * From now on no cart older than `version` is served or kept. Call it before the statement or the commit that writes
   * `version`. If that cart never reaches the cache, the fence stays. If the fence can't be written, this process reads
   * past the cache until all older entries have expired, and repeats the fence until Redis has it. Until then another
   * process may serve an older cart.
   */
  readonly fence: (userId: string, version: bigint) => Promise<void>;
  /**
   * From now on no cart of the user is served or kept, whatever its version. Call it before the statement or the commit
   * that claims the cart for the order. If the fence can't be written, the same holds as for `fence`.
   */
  readonly fenceClaim: (userId: string, orderId: string) => Promise<void>;
  /** The order's claim has ended and the lines have not changed: carts may be kept again. Does not wait. */
  readonly lift: (userId: string, orderId: string) => void;
}

/** Today's products of these ids. */
export type Catalog = (productIds: readonly string[]) => Promise<Products>;

/** The order service, which knows how an order ended before its event arrives. */
export interface OrderEnds {
  /** @returns undefined if the answer has no status. @throws if no answer comes soon, or the order is unknown */
  readonly endOf: (orderId: string) => Promise<OrderEnd | undefined>;
}
