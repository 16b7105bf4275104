import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { AuditConcern, AuditSummary, MaintenanceActivities } from './contract/audit.ts';

const { auditBooks } = proxyActivities<MaintenanceActivities>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '1 minute', maximumAttempts: 10 },
  summary: 'Check every promise about money, stock, orders, events and workflows',
});

/**
 * Looks whether every promise holds and shows what it found; mends nothing. A broken promise is a result, not a
 * failure: this fails only if the books can't be read.
 */
export async function audit(): Promise<AuditSummary> {
  setCurrentDetails('**The audit is under way**');
  const summary = await auditBooks();
  setCurrentDetails(describe(summary));
  return summary;
}

function describe({ checked, broken, late }: AuditSummary): string {
  const title =
    broken.length === 0 ? `All ${checked} promises hold` : `${broken.length} of ${checked} promises are broken`;
  return [`**${title}**`, ...section('Broken', broken), ...section('Late', late)].join('\n');
}

function section(title: string, concerns: readonly AuditConcern[]): string[] {
  if (concerns.length === 0) return [];
  return [
    '',
    `**${title}**`,
    '',
    ...concerns.map(({ id, name, count, example }) => `- ${count} × ${name} (\`${id}\`), for example \`${example}\``),
  ];
}
