import { audit } from '../../../cli/audit/audit.ts';
import type { Stack } from '../supervisor/stack.ts';
import { killWorker } from './acts/kill-worker.ts';
import { purchase } from './acts/purchase.ts';
import { noFunds, oversell } from './acts/refusals.ts';
import { Report } from './report.ts';
import { Shop } from './shop.ts';

/** Tells the story of the platform through its public API and proves it. Returns the exit code. */
export async function runDemo(stack: Stack): Promise<number> {
  const report = new Report(stack.urls['temporalUi'] ?? '');
  const shop = new Shop(stack.urls['api'] ?? '');
  try {
    await purchase(shop, report);
    await noFunds(shop, report);
    await oversell(shop, report, {
      email: stack.env['ADMIN_EMAIL'] ?? '',
      password: stack.env['ADMIN_PASSWORD'] ?? '',
    });
    await killWorker(shop, stack, report);
    await invariants(stack, report);
  } catch (error) {
    report.check('the story could be told to its end', false, error instanceof Error ? error.message : String(error));
  }
  const { failures } = report;
  console.log(failures.length === 0 ? '\nAll of it is so.' : `\n${failures.length} of it is not so:`);
  for (const failure of failures) console.log(`  ✗ ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

async function invariants(stack: Stack, report: Report): Promise<void> {
  report.act('5. The books');
  for (const finding of await audit(stack.env)) {
    const { invariant, violations } = finding;
    report.check(
      invariant,
      violations.length === 0,
      violations.length === 0 ? undefined : JSON.stringify(violations[0]),
    );
  }
}
