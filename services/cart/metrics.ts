import { Counter, Gauge, type Registry } from 'prom-client';
import type { OrderEnd } from './domain/types.ts';

export interface CartMetrics {
  readonly itemAdded: () => void;
  readonly cacheRead: (result: 'hit' | 'miss') => void;
  /** `NONE`: the order service did not answer, or does not know the order. */
  readonly endAsked: (answer: OrderEnd | 'NONE') => void;
  /** Sets the function that counts overdue claims. It is called whenever the metrics are read. */
  readonly countOverdueClaims: (count: () => Promise<number>) => void;
}

const answers: readonly (OrderEnd | 'NONE')[] = ['PENDING', 'COMPLETED', 'FAILED', 'CANCELLED', 'NONE'];

export function createCartMetrics(registry: Registry): CartMetrics {
  const registers = [registry];
  const itemsAdded = new Counter({
    name: 'cart_items_added_total',
    help: 'Calls that added a product to a cart.',
    registers,
  });
  const cacheReads = new Counter({
    name: 'cart_cache_reads_total',
    help: 'Carts looked up in the cache.',
    labelNames: ['result'],
    registers,
  });
  const endsAsked = new Counter({
    name: 'cart_order_ends_asked_total',
    help: 'Times that the order service was asked about a claimed cart, by its answer; NONE is for no answer.',
    labelNames: ['answer'],
    registers,
  });
  for (const result of ['hit', 'miss']) cacheReads.inc({ result }, 0);
  for (const answer of answers) endsAsked.inc({ answer }, 0);
  let overdueClaims: (() => Promise<number>) | undefined;
  void new Gauge({
    name: 'cart_claims_overdue',
    help: 'Live claims after their expiry: their orders should have ended long ago.',
    registers,
    async collect() {
      const count = await overdueClaims?.().catch(() => undefined);
      if (count !== undefined) this.set(count);
    },
  });
  return {
    itemAdded: () => itemsAdded.inc(),
    cacheRead: (result) => cacheReads.inc({ result }),
    endAsked: (answer) => endsAsked.inc({ answer }),
    countOverdueClaims: (count) => {
      overdueClaims = count;
    },
  };
}
