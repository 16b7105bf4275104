import { audit } from '../audit/run.ts';
import type { Stack } from '../deploy/dev/supervisor/stack.ts';
import { restClient } from '../testkit/shopper/rest-client.ts';
import { adminCredentials, stackAddresses } from '../testkit/stack/stack.ts';
import { killWorker } from './acts/kill-worker.ts';
import { purchase } from './acts/purchase.ts';
import { noFunds, oversell } from './acts/refusals.ts';
import { Report } from './report.ts';

/** Buys things through the public API, prints what happens, and checks each statement. Returns the exit code. */
export async function tellStory(stack: Stack): Promise<number> {
  const report = new Report(stack.urls['temporalUi'] ?? '');
  const client = restClient(stackAddresses().api);
  try {
    await purchase(client, report);
    await noFunds(client, report);
    await oversell(client, report, adminCredentials());
    await killWorker(client, stack, report);
    await invariants(report);
  } catch (error) {
    report.check('the demo ran to its end', false, error instanceof Error ? error.message : String(error));
  }
  const { failures } = report;
  console.log(failures.length === 0 ? '\nEvery check passed.' : `\n${failures.length} checks failed:`);
  for (const failure of failures) console.log(`  ✗ ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

async function invariants(report: Report): Promise<void> {
  report.act('5. The audit');
  for (const { invariant, violations } of await audit(process.env)) {
    const [first] = violations;
    report.check(invariant, first === undefined, first === undefined ? undefined : JSON.stringify(first));
  }
}
