import { Counter, type Registry } from 'prom-client';
import type { Action, Outcome } from './domain/types.ts';

/** Counts changes, not calls: a repeat that gets the first answer is not counted again. */
export interface BackofficeMetrics {
  readonly ended: (action: Action, outcome: Exclude<Outcome, 'OPEN'>) => void;
}

const actions: readonly Action[] = ['wallet.credit', 'wallet.debit', 'user.grant-role', 'user.revoke-role'];

export function createBackofficeMetrics(registry: Registry): BackofficeMetrics {
  const ended = new Counter({
    name: 'backoffice_changes_total',
    help: 'Changes by administrators, by action and outcome.',
    labelNames: ['action', 'outcome'],
    registers: [registry],
  });
  for (const action of actions) for (const outcome of ['done', 'refused']) ended.inc({ action, outcome }, 0);
  return { ended: (action, outcome) => ended.inc({ action, outcome: outcome.toLowerCase() }) };
}
