import type { Logger } from 'pino';
import type { CartMetrics } from '../metrics.ts';
import type { CartCache, Catalog, OrderEnds } from '../ports.ts';
import type { CartRepository } from '../repository/index.ts';

/** What the verbs of the cart work with. */
export interface CartDeps {
  readonly repository: CartRepository;
  readonly cache: CartCache;
  readonly catalog: Catalog;
  readonly orderEnds: OrderEnds;
  readonly metrics: CartMetrics;
  readonly logger: Logger;
}
