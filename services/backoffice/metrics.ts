import { Counter, type Registry } from 'prom-client';

/** Counts effects, not calls: a repeat that gets the first answer is not counted again. */
export interface BackofficeMetrics {
  readonly created: () => void;
}

export function createBackofficeMetrics(registry: Registry): BackofficeMetrics {
  const created = new Counter({
    name: 'backoffice_created_total',
    help: 'Backoffices that users have made.',
    registers: [registry],
  });
  return { created: () => created.inc() };
}
