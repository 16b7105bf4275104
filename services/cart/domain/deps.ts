import type { Logger } from 'pino';
import type { CartCache } from '../ports.ts';
import type { CartMetrics } from '../metrics.ts';
import type { CartRepository } from '../repository/index.ts';
import type { CatalogProduct, OrderEnd } from './types.ts';

/** Today's products by id; those that are gone are missing. */
export type Catalog = (productIds: readonly string[]) => Promise<ReadonlyMap<string, CatalogProduct>>;

/** The order service, which knows how an order ended before its event is here. */
export interface OrderEnds {
  /** undefined for an order that it doesn't tell of; throws if it doesn't answer soon. */
  readonly endOf: (orderId: string) => Promise<OrderEnd | undefined>;
}

/** What the verbs of the cart work with. */
export interface CartDeps {
  readonly repository: CartRepository;
  readonly cache: CartCache;
  readonly catalog: Catalog;
  readonly orderEnds: OrderEnds;
  readonly metrics: CartMetrics;
  readonly logger: Logger;
}
