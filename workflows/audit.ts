import { proxyActivities, setCurrentDetails, sleep } from '@temporalio/workflow';
import type { AuditConcern, AuditSummary, MaintenanceActivities } from './contract/audit.ts';

const { auditBooks } = proxyActivities<MaintenanceActivities>({
  // It reads all rows, so it takes longer from year to year. A worker that dies shows by its heartbeats.
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '1 minute', maximumAttempts: 10 },
  summary: 'Check every invariant of money, stock, orders, events and workflows',
});

/** An audit that takes no longer costs little, however often it runs. */
const shortSeconds = 20;
const restsFor = 9;

/**
 * Checks every invariant and shows the findings in Temporal's UI. It corrects nothing. A violation is a result and not
 * a failure: the workflow fails only if the books can't be read. After a long audit it stays open and rests, because the
 * schedule starts none beside it. So audits take at most a tenth of the time.
 */
export async function audit(): Promise<AuditSummary> {
  setCurrentDetails('**The audit is under way**');
  const summary = await auditBooks();
  setCurrentDetails(describe(summary));
  const { seconds = 0 } = summary;
  if (seconds > shortSeconds) await sleep(1000 * restsFor * seconds);
  return summary;
}

function describe({ checked, broken, late, seconds = 0 }: AuditSummary): string {
  const title =
    broken.length === 0 ? `All ${checked} invariants hold` : `${broken.length} of ${checked} invariants are violated`;
  const rests =
    seconds > shortSeconds
      ? ['', `It took ${Math.round(seconds)} s. The next audit waits until this one has rested nine times as long.`]
      : [];
  return [`**${title}**`, ...section('Violated', broken), ...section('Late', late), ...rests].join('\n');
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
