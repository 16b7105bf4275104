import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { AuditConcern, AuditSummary, MaintenanceActivities } from './contract/audit.ts';

const { auditBooks } = proxyActivities<MaintenanceActivities>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '1 minute', maximumAttempts: 10 },
  summary: 'Check every invariant of money, stock, orders, events and workflows',
});

/**
 * Checks every invariant and shows the findings in Temporal's UI. It corrects nothing. A violation is a result and not
 * a failure: the workflow fails only if the books can't be read.
 */
export async function audit(): Promise<AuditSummary> {
  setCurrentDetails('**The audit is under way**');
  const summary = await auditBooks();
  setCurrentDetails(describe(summary));
  return summary;
}

function describe({ checked, broken, late }: AuditSummary): string {
  const title =
    broken.length === 0 ? `All ${checked} invariants hold` : `${broken.length} of ${checked} invariants are violated`;
  return [`**${title}**`, ...section('Violated', broken), ...section('Late', late)].join('\n');
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
