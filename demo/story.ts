import { audit } from '../audit/run.ts';
import type { Stack } from '../deploy/dev/supervisor/stack.ts';
import { restDoor } from '../testkit/shopper/rest-door.ts';
import { adminCredentials, stackAddresses } from '../testkit/stack/stack.ts';
import { killWorker } from './acts/kill-worker.ts';
import { purchase } from './acts/purchase.ts';
import { noFunds, oversell } from './acts/refusals.ts';
import { Report } from './report.ts';

/** Tells the story of the platform through its public API and proves it. Returns the exit code. */
export async function tellStory(stack: Stack): Promise<number> {
  const report = new Report(stack.urls['temporalUi'] ?? '');
  const door = restDoor(stackAddresses().api);
  try {
    await purchase(door, report);
    await noFunds(door, report);
    await oversell(door, report, adminCredentials());
    await killWorker(door, stack, report);
    await invariants(report);
  } catch (error) {
    report.check('the story could be told to its end', false, error instanceof Error ? error.message : String(error));
  }
  const { failures } = report;
  console.log(failures.length === 0 ? '\nAll of it is so.' : `\n${failures.length} of it is not so:`);
  for (const failure of failures) console.log(`  ✗ ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

async function invariants(report: Report): Promise<void> {
  report.act('5. The books');
  for (const { invariant, violations } of await audit(process.env)) {
    const [first] = violations;
    report.check(invariant, first === undefined, first === undefined ? undefined : JSON.stringify(first));
  }
}
