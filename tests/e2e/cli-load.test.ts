import { expect, test } from 'vitest';
import { cli, cliJson } from './drivers/cli.ts';

interface Load {
  readonly checkouts: number;
  readonly concurrency: number;
  readonly outcomes: readonly { readonly outcome: string; readonly count: number; readonly maxMs: number }[];
}

test('a load makes its checkouts with users and a product of its own, and tells how long they took', async () => {
  const { outcomes, ...load } = await cliJson<Load>('checkout', 'load', '7', '--concurrency', '3');
  expect(load).toMatchObject({ checkouts: 7, concurrency: 3 });
  expect(outcomes).toMatchObject([{ outcome: 'COMPLETED', count: 7, p50Ms: expect.any(Number) }]);
  const trail = async (action: string) =>
    (await cliJson<{ reason: string }[]>('audit-trail', '--action', action, '--limit', '50')).map(
      ({ reason }) => reason,
    );
  expect(await trail('product.create')).toContain('checkout load 7');
  expect(await trail('product.delete')).toContain('checkout load 7');
  const { output } = await cli('checkout', 'load', '1');
  expect(output).toMatch(/^outcome +count +p50Ms +p95Ms +p99Ms +maxMs\nCOMPLETED +1 /);
  expect(output).toContain('1 checkouts by 1 buyers in ');
});

test('a load whose administrator may not make products ends with an error', async () => {
  const buyer = ['--email', process.env['DEMO_EMAIL'] ?? '', '--password', process.env['DEMO_PASSWORD'] ?? ''];
  const { code, output } = await cli('checkout', 'load', '1', ...buyer);
  expect(code).toBe(1);
  expect(output).toContain('ADMIN_REQUIRED');
});
