import { Counter, Histogram, type Registry } from 'prom-client';
import { sampledGauges } from '../../platform/telemetry/sampled-gauges.ts';
import type { Order } from './domain/types.ts';
import type { WaitingOrders } from './repository/sweep.ts';

export interface OrderMetrics {
  /** Counts a new order. A repeated request creates none and is not counted. */
  readonly orderCreated: () => void;
  /** Counts the end of a checkout, once: not a repeat, and not a refund. */
  readonly checkoutEnded: (order: Pick<Order, 'status' | 'failure' | 'createTime' | 'updateTime'>) => void;
  /** Sets the function that counts waiting orders. It is called when the metrics are read, at most once a second. */
  readonly measureWaiting: (read: () => Promise<WaitingOrders>, onError: (error: unknown) => void) => void;
}

/** Reasons of the buyer, the cart or the stock. Any other reason means that the platform failed. */
const buyersReasons = [
  ...['CART_ALREADY_CLAIMED', 'CART_CHANGED', 'CART_EMPTY', 'CURRENCY_MISMATCH', 'INSUFFICIENT_FUNDS', 'OUT_OF_STOCK'],
  ...['PRICE_CHANGED', 'PRODUCT_NOT_FOUND', 'WALLET_NOT_FOUND'],
];
/** Reasons of the platform that are told apart. All others are `OTHER`, so the number of series has a bound. */
const systemReasons = ['EXPIRED', 'OTHER'];

function endLabels({ status, failure }: Pick<Order, 'status' | 'failure'>) {
  const outcome = status.toLowerCase();
  if (status !== 'FAILED') return { outcome, reason: '', fault: 'none' };
  const reason = failure?.reason ?? '';
  if (buyersReasons.includes(reason)) return { outcome, reason, fault: 'buyer' };
  return { outcome, reason: systemReasons.includes(reason) ? reason : 'OTHER', fault: 'system' };
}

/** Seconds: from a checkout in one go to one that had to wait for a part that was down. */
const checkoutBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

function createEndMetrics(registry: Registry): OrderMetrics['checkoutEnded'] {
  const registers = [registry];
  const ends = new Counter({
    name: 'checkouts_ended_total',
    help: 'Checkouts ended, by outcome and reason; fault tells whose reason a failure has: buyer or system',
    labelNames: ['outcome', 'reason', 'fault'],
    registers,
  });
  const seconds = new Histogram({
    name: 'checkout_duration_seconds',
    help: 'Time from the acceptance of a checkout to its end, by outcome',
    labelNames: ['outcome'],
    buckets: checkoutBuckets,
    registers,
  });
  for (const outcome of ['completed', 'failed', 'cancelled']) seconds.zero({ outcome });
  for (const status of ['COMPLETED', 'CANCELLED'] as const) ends.inc(endLabels({ status, failure: undefined }), 0);
  for (const reason of [...buyersReasons, ...systemReasons]) {
    ends.inc(endLabels({ status: 'FAILED', failure: { reason, message: '', metadata: {} } }), 0);
  }
  return (order) => {
    const labels = endLabels(order);
    ends.inc(labels);
    const tookMs = order.updateTime.getTime() - order.createTime.getTime();
    seconds.observe({ outcome: labels.outcome }, Math.max(0, tookMs) / 1000);
  };
}

export function createOrderMetrics(registry: Registry): OrderMetrics {
  const created = new Counter({
    name: 'orders_created_total',
    help: 'Orders created, one for each accepted checkout',
    registers: [registry],
  });
  return {
    orderCreated: () => created.inc(),
    checkoutEnded: createEndMetrics(registry),
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
