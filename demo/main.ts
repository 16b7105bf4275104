import { parseArgs } from 'node:util';
import { audit } from '../audit/run.ts';
import { seedFrom } from '../testkit/random.ts';
import { Failure } from '../deploy/dev/bootstrap/failure.mjs';
import type { Stack } from '../deploy/dev/supervisor/stack.ts';
import { killWorker } from './acts/kill-worker.ts';
import { purchase } from './acts/purchase.ts';
import { noFunds, oversell } from './acts/refusals.ts';
import { runChaos } from './chaos.ts';
import { Report } from './report.ts';
import { Shop } from './shop.ts';

const optionsOfDemo = { chaos: { type: 'boolean' }, seed: { type: 'string' }, seconds: { type: 'string' } } as const;
const longestSeconds = 600;

/**
 * Reads what is to be shown, so that a mistake is told before anything is started: the story, or with `--chaos` how
 * processes die while customers shop. The answer shows it on a stack and gives the exit code.
 */
export function readDemo(args: readonly string[]): (stack: Stack) => Promise<number> {
  const { chaos = false, seed, seconds } = optionsOf(args);
  if (!chaos) return tellStory;
  const options = {
    seed: seed === undefined ? seedFrom(process.env) : wholeNumber('--seed', seed, 2 ** 32 - 1),
    seconds: seconds === undefined ? 60 : wholeNumber('--seconds', seconds, longestSeconds),
  };
  return (stack) => runChaos(stack, options);
}

function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionsOfDemo }).values;
  } catch (cause) {
    const suggestion = 'It takes --chaos, with --seed N and --seconds N if you like, and --keep.';
    throw new Failure(cause instanceof Error ? cause.message : String(cause), { suggestion, cause });
  }
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Failure(`${option} ${text} is not a whole number from 1 to ${most}.`, { suggestion: `Say ${option} 42.` });
}

/** Tells the story of the platform through its public API and proves it. */
async function tellStory(stack: Stack): Promise<number> {
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
