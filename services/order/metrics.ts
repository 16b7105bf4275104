import { Counter, type Registry } from 'prom-client';
import { sampledGauges } from '../../platform/telemetry/sampled-gauges.ts';
import type { WaitingOrders } from './repository/sweep.ts';

export interface OrderMetrics {
  /** Counts a new order. A repeated request creates none and is not counted. */
  readonly orderCreated: () => void;
  /** Sets the function that counts waiting orders. It is called when the metrics are read, at most once a second. */
  readonly measureWaiting: (read: () => Promise<WaitingOrders>, onError: (error: unknown) => void) => void;
}

export function createOrderMetrics(registry: Registry): OrderMetrics {
  const created = new Counter({
    name: 'orders_created_total',
    help: 'Orders created, one for each accepted checkout',
    registers: [registry],
  });
  return {
    orderCreated: () => created.inc(),
    // A step that is retried without limit shows as a PENDING order that grows old.
    measureWaiting: (read, onError) =>
      sampledGauges(registry, read, onError, [
        {
          name: 'orders_unstarted',
          help: 'PENDING orders whose workflow is not started',
          pick: (now) => now.unstarted,
        },
        { name: 'orders_running', help: 'PENDING orders whose workflow is started', pick: (now) => now.started },
        {
          name: 'orders_pending_oldest_age_seconds',
          help: 'Age of the oldest PENDING order; above 300 a step that is retried without limit has no answer',
          pick: (now) => now.oldestSeconds,
        },
        { name: 'orders_refunding', help: 'COMPLETED orders whose refund is under way', pick: (now) => now.refunding },
      ]),
  };
}
