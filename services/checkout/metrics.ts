import { Counter, Gauge, type Registry } from 'prom-client';
import type { Starter } from './domain/starter.ts';

export interface CheckoutMetrics {
  readonly starts: Counter<'outcome'>;
  readonly settled: Counter;
  readonly oldestUnstarted: Gauge;
  readonly temporalReachable: Gauge;
}

export function checkoutMetrics(registry: Registry): CheckoutMetrics {
  const registers = [registry];
  return {
    starts: new Counter({
      name: 'checkout_starts_total',
      help: 'Attempts to start a checkout workflow, by outcome: started, exists, failed',
      labelNames: ['outcome'],
      registers,
    }),
    settled: new Counter({
      name: 'checkout_settled_total',
      help: 'PENDING orders whose workflow was closed and that were given to a settling one',
      registers,
    }),
    oldestUnstarted: new Gauge({
      name: 'checkout_oldest_unstarted_seconds',
      help: 'Age of the oldest accepted order whose workflow is not started; above 60 new checkouts are refused',
      registers,
    }),
    temporalReachable: new Gauge({
      name: 'checkout_temporal_reachable',
      help: '1 if Temporal answered last time; checkouts are accepted either way',
      registers,
    }),
  };
}

/** What the starter has in hand, asked when somebody scrapes. */
export function measureStarter(registry: Registry, starter: Starter): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge('checkout_starts_waiting', 'Orders that wait in memory for their start', () => starter.size().waiting);
  gauge('checkout_starts_in_flight', 'Workflow starts under way', () => starter.size().inFlight);
}
