import { Counter, Gauge, type Registry } from 'prom-client';
import type { OrderEnd } from './domain/types.ts';

export interface CartMetrics {
  readonly itemAdded: () => void;
  readonly cacheRead: (result: 'hit' | 'miss') => void;
  /** NONE is for no answer. */
  readonly endAsked: (answer: OrderEnd | 'NONE') => void;
  /** Says how overdue claims are counted; they are, whenever the metrics are read. */
  readonly countOverdueClaims: (count: () => Promise<number>) => void;
}

export function createCartMetrics(registry: Registry): CartMetrics {
  const registers = [registry];
  const itemsAdded = new Counter({
    name: 'cart_items_added_total',
    help: 'Times that something was put into a cart.',
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
    help: 'Times that a claimed cart was used and its order was asked after; NONE is for no answer.',
    labelNames: ['answer'],
    registers,
  });
  let overdueClaims: (() => Promise<number>) | undefined;
  void new Gauge({
    name: 'cart_claims_overdue',
    help: 'Claims whose order should have ended long ago.',
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
