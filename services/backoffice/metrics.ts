import { Counter, type Registry } from 'prom-client';
import type { Action, Outcome } from './domain/types.ts';

/** Counts changes, not calls: a repeat that gets the first answer is not counted again. */
export interface BackofficeMetrics {
  readonly ended: (action: Action, outcome: Exclude<Outcome, 'OPEN'>) => void;
}

export function createBackofficeMetrics(registry: Registry): BackofficeMetrics {
  const ended = new Counter({
    name: 'backoffice_changes_total',
    help: 'Changes by administrators, by action and outcome.',
    labelNames: ['action', 'outcome'],
    registers: [registry],
  });
  return { ended: (action, outcome) => ended.inc({ action, outcome: outcome.toLowerCase() }) };
}
