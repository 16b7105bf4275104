/** The audit of the whole platform, as an operator starts it and as the pages write it. */
import { expect, test } from 'vitest';
import { until } from '../../platform/testing/eventually.ts';
import { documentedCommands, isAudit, wordsOf } from './docs-commands/commands.ts';
import { cli } from './drivers/cli.ts';

test('the audit finds no violation and exits with 0', async () => {
  const { code, output } = await cli('audit');
  expect(output).toContain('0 are broken');
  expect(code).toBe(0);
});

const documented = documentedCommands().filter(isAudit);

test('the pages have audits', () => {
  expect(documented.length).toBeGreaterThan(1);
});

test.each(documented)('runs as a page writes it: $command', async ({ command, pages }) => {
  const run = () => cli(...wordsOf(command));
  // An audit of everything finds what other tests have begun a moment ago, and not yet ended.
  const isOfEverything = command.startsWith('audit --');
  const { code, output } = await (isOfEverything ? until(run, (ended) => ended.code === 0) : run());
  expect(code, `${pages.join()}: ${output}`).toBe(0);
  expect(output.trim()).not.toBe('');
});
