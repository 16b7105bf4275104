import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface ConsumerMetrics {
  readonly consumed: Counter<'consumer' | 'outcome'>;
  readonly delay: Histogram<'consumer'>;
  readonly joined: Gauge<'consumer'>;
}

/** Shared by the consumers of one process. */
export function consumerMetrics(registry: Registry): ConsumerMetrics {
  const consumed = registry.getSingleMetric('events_consumed_total') as ConsumerMetrics['consumed'] | undefined;
  const delay = registry.getSingleMetric('events_consume_delay_seconds') as ConsumerMetrics['delay'] | undefined;
  const joined = registry.getSingleMetric('events_consumer_joined') as ConsumerMetrics['joined'] | undefined;
  return {
    joined:
      joined ??
      new Gauge({
        name: 'events_consumer_joined',
        help: 'Whether the consumer has joined its group and so gets events',
        labelNames: ['consumer'],
        registers: [registry],
      }),
    consumed:
      consumed ??
      new Counter({
        name: 'events_consumed_total',
        help: 'Deliveries of events by outcome: taken, retried or dead',
        labelNames: ['consumer', 'outcome'],
        registers: [registry],
      }),
    delay:
      delay ??
      new Histogram({
        name: 'events_consume_delay_seconds',
        help: 'Time from an event until it was taken in',
        labelNames: ['consumer'],
        buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
        registers: [registry],
      }),
  };
}
