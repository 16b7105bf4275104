import { Counter, Gauge, type Registry } from 'prom-client';

export interface CartMetrics {
  readonly itemsAdded: Counter;
  readonly cacheReads: Counter<'result'>;
  readonly endsAsked: Counter<'answer'>;
}

/** @param countOverdueClaims asked whenever the metrics are read. */
export function createCartMetrics(registry: Registry, countOverdueClaims: () => Promise<number>): CartMetrics {
  const registers = [registry];
  void new Gauge({
    name: 'cart_claims_overdue',
    help: 'Claims whose order should have ended long ago.',
    registers,
    async collect() {
      const count = await countOverdueClaims().catch(() => undefined);
      if (count !== undefined) this.set(count);
    },
  });
  return {
    itemsAdded: new Counter({
      name: 'cart_items_added_total',
      help: 'Times that something was put into a cart.',
      registers,
    }),
    cacheReads: new Counter({
      name: 'cart_cache_reads_total',
      help: 'Carts looked up in the cache.',
      labelNames: ['result'],
      registers,
    }),
    endsAsked: new Counter({
      name: 'cart_order_ends_asked_total',
      help: 'Times that a claimed cart was used and its order was asked after; NONE is for no answer.',
      labelNames: ['answer'],
      registers,
    }),
  };
}
