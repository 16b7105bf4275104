import { Counter, Gauge, type Registry } from 'prom-client';
import type { Finding } from './finding.ts';

export interface AuditMetrics {
  readonly ran: (findings: readonly Finding[], seconds: number) => void;
  readonly failed: () => void;
}

/**
 * The metrics of the last audit that this process has run. With several workers, each has its own values; those of the
 * latest `audit_last_run_timestamp_seconds` count.
 */
export function auditMetrics(registry: Registry): AuditMetrics {
  const registers = [registry];
  const violations = new Gauge({
    name: 'audit_violations',
    help: 'Rows that break an invariant, as the last audit found',
    labelNames: ['invariant'],
    registers,
  });
  const late = new Gauge({
    name: 'audit_late',
    help: 'Rows that take longer than they should, although no invariant is broken, as the last audit found',
    labelNames: ['check'],
    registers,
  });
  const lastRun = new Gauge({
    name: 'audit_last_run_timestamp_seconds',
    help: 'When the last audit of this process ended, whatever it found; 0 if none has ended',
    registers,
  });
  const duration = new Gauge({ name: 'audit_duration_seconds', help: 'How long the last audit took', registers });
  // Such a gauge begins at 0, but no audit took 0 s. Without a value, the alerts go by the one from before the restart.
  duration.remove();
  const failures = new Counter({
    name: 'audit_failures_total',
    help: 'Audits that failed, because a database or Temporal did not answer',
    registers,
  });
  return {
    ran(findings, seconds) {
      for (const { id, kind, count } of findings) {
        if (kind === 'late') late.set({ check: id }, count);
        else violations.set({ invariant: id }, count);
      }
      lastRun.set(Date.now() / 1000);
      duration.set(seconds);
    },
    failed: () => failures.inc(),
  };
}
