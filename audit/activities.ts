import { heartbeat } from '@temporalio/activity';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AuditConcern, AuditSummary, MaintenanceActivities } from '../workflows/contract/audit.ts';
import { violationsOf } from './audit.ts';
import type { Finding } from './finding.ts';
import { auditMetrics } from './metrics.ts';

export interface AuditActivityDeps {
  readonly audit: () => Promise<readonly Finding[]>;
  readonly logger: Logger;
  readonly registry: Registry;
}

const heartbeatMs = 10_000;
const exampleLength = 500;

/**
 * Makes the activity of the audit workflow: it runs the audit, sets the metrics, logs findings and returns a summary.
 */
export function createAuditActivities({ audit, logger, registry }: AuditActivityDeps): MaintenanceActivities {
  const metrics = auditMetrics(registry);
  return {
    async auditBooks() {
      const alive = setInterval(heartbeat, heartbeatMs);
      const started = performance.now();
      try {
        const findings = await audit();
        const seconds = (performance.now() - started) / 1000;
        metrics.ran(findings, seconds);
        for (const finding of findings) report(finding, logger);
        return { ...summaryOf(findings), seconds };
      } catch (error) {
        metrics.failed();
        logger.warn({ err: error }, 'the books could not be audited; it will be tried again');
        throw error;
      } finally {
        clearInterval(alive);
      }
    },
  };
}

function report({ id, name, kind, count, rows }: Finding, logger: Logger): void {
  if (count === 0) return;
  if (kind === 'violation') logger.error({ invariant: id, count, rows }, `broken invariant: ${name}`);
  else logger.warn({ check: id, count, rows }, `something is late; expected: ${name}`);
}

function summaryOf(findings: readonly Finding[]): AuditSummary {
  return {
    checked: findings.filter(({ kind }) => kind === 'violation').length,
    broken: violationsOf(findings).map(concern),
    late: findings.filter(({ kind, count }) => kind === 'late' && count > 0).map(concern),
  };
}

function concern({ id, name, count, rows }: Finding): AuditConcern {
  return { id, name, count, example: JSON.stringify(rows[0] ?? {}).slice(0, exampleLength) };
}
