import { Counter, Gauge, type Registry } from 'prom-client';
import type { Starter, StartOutcome } from './domain/starter.ts';

export interface CheckoutMetrics {
  readonly startTried: (outcome: StartOutcome) => void;
  readonly checkoutSettled: () => void;
  readonly setOldestUnstarted: (ageSeconds: number) => void;
  readonly setTemporalReachable: (isReachable: boolean) => void;
  /** Sets the starter whose orders are counted whenever the metrics are read. */
  readonly measureStarter: (starter: Pick<Starter, 'size'>) => void;
}

export function createCheckoutMetrics(registry: Registry): CheckoutMetrics {
  const registers = [registry];
  const starts = new Counter({
    name: 'checkout_starts_total',
    help: 'Attempts to start a checkout workflow, by outcome: started, exists, failed',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['started', 'exists', 'failed']) starts.inc({ outcome }, 0);
  const settled = new Counter({
    name: 'checkout_settled_total',
    help: 'PENDING orders whose workflow was closed and for which a settling run was started',
    registers,
  });
  const oldestUnstarted = new Gauge({
    name: 'checkout_oldest_unstarted_seconds',
    help: 'Age of the oldest accepted order whose workflow is not started; above 60 new checkouts are refused',
    registers,
  });
  const temporalReachable = new Gauge({
    name: 'checkout_temporal_reachable',
    help: '1 if Temporal answered the last check, else 0; checkouts are accepted either way',
    registers,
  });
  const sampled = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  return {
    startTried: (outcome) => starts.inc({ outcome }),
    checkoutSettled: () => settled.inc(),
    setOldestUnstarted: (ageSeconds) => oldestUnstarted.set(ageSeconds),
    setTemporalReachable: (isReachable) => temporalReachable.set(isReachable ? 1 : 0),
    measureStarter: (starter) => {
      sampled('checkout_starts_waiting', 'Orders that wait in memory for their start', () => starter.size().waiting);
      sampled('checkout_starts_in_flight', 'Workflow starts under way', () => starter.size().inFlight);
    },
  };
}
