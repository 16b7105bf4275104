import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { widthOf } from '../../cli/graphemes.ts';
import { cli, cliJson, cliWith } from './drivers/cli.ts';
import { restDriver } from './drivers/rest.ts';
import { must, product } from './rpc-matrix/world.ts';
import { admin, fundedCustomer } from './shop.ts';

interface TrailRow {
  readonly action: string;
  readonly about: string;
  readonly reason: string;
}

/** The entries of the trail that have this reason. */
async function trailOf(reason: string): Promise<readonly TrailRow[]> {
  const rows = await cliJson<TrailRow[]>('audit-trail', '--limit', '200');
  return rows.filter((row) => row.reason === reason);
}

test('an import, a replay and a resend stand in the audit trail: who, when, what, why and what came of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ecommerce-trail-'));
  const [file, reason] = [join(folder, 'autumn.csv'), `a test ${randomUUID()}`];
  await writeFile(file, `sku,name,price,category,available_quantity\n${randomUUID()},Thing,9.99,trail,3\n`);
  try {
    await cliJson('products', 'import', file, '--reason', reason);
    await cliJson('products', 'import', file, '--dry-run', '--reason', reason);
    const missing = await cli('products', 'import', join(folder, 'none.csv'), '--reason', reason);
    expect(missing.output).toContain('no such file');
  } finally {
    await rm(folder, { recursive: true });
  }
  await cliJson('events', 'dead', 'replay', '--reason', reason);
  await cliJson('events', 'resend', '--reason', reason);
  const byName = expect.stringMatching(/^.+@.+$/);
  expect(await trailOf(reason)).toMatchObject([
    { action: 'events.resend', about: 'events of the last 1 h', byName, by: '', outcome: 'DONE' },
    { action: 'events.replay', about: 'all dead events', detail: expect.stringMatching(/^outbox: 0, /) },
    {
      ...{ action: 'products.import', about: 'autumn.csv', outcome: 'DONE' },
      ...{ by: expect.stringMatching(/^[0-9a-f-]{36}$/), byName, detail: expect.stringContaining('1 created') },
    },
  ]);
  const table = await cli('audit-trail', '--limit', '200');
  expect(table.output).toContain('autumn.csv');
  expect(table.output.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

test('what an administrator does to a product by the API stands in the audit trail', async () => {
  const shopkeeper = await admin(restDriver());
  const { userId } = await shopkeeper.me();
  const token = shopkeeper.tokens.accessToken;
  const { productId } = await product();
  const note = `delivery ${randomUUID()}`;
  await must('ProductService/AdjustStock', { productId, delta: 5, requestId: randomUUID(), note }, token);
  await must('ProductService/DeleteProduct', { productId, reason: note }, token);
  const about = expect.stringContaining(`product ${productId} (`);
  expect(await trailOf(note)).toMatchObject([
    { action: 'product.delete', about, by: userId, byRole: 'admin', outcome: 'DONE' },
    { action: 'product.adjust-stock', about, by: userId, detail: expect.stringMatching(/^\+5, \d+ available$/) },
  ]);
  const created = await cliJson<TrailRow[]>('audit-trail', '--action', 'product.create', '--limit', '200');
  expect(created).toContainEqual(expect.objectContaining({ about, reason: 'not given' }));
});

test('an import without a good line, and one that may not be made, are refused in the trail', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ecommerce-trail-'));
  const [file, reason] = [join(folder, 'bad.csv'), `a test ${randomUUID()}`];
  const { email, password } = await fundedCustomer(restDriver(), 1);
  try {
    await writeFile(file, 'sku,name,price,category\n,Thing,9.99,trail\n');
    expect((await cli('products', 'import', file, '--reason', reason)).code).toBe(1);
    await writeFile(file, `sku,name,price,category\n${randomUUID()},Thing,9.99,trail\n`);
    const account = ['--email', email, '--password', password];
    expect((await cli('products', 'import', file, '--reason', reason, ...account)).code).toBe(1);
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(await trailOf(reason)).toMatchObject([
    { outcome: 'REFUSED', detail: expect.stringContaining('stopped before line 2') },
    { outcome: 'REFUSED', refusal: 'ALL_LINES_REFUSED', detail: expect.stringContaining('1 refused') },
  ]);
  expect((await cli('audit-trail', '--action', 'products.import')).output).toMatch(/^ {4}result: .*1 refused/m);
});

test('a change is made without the back office’s database, and the command says that the trail lacks it', async () => {
  const lost = { BACKOFFICE_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const { code, output } = await cliWith(lost, 'events', 'dead', 'replay', 'no-such-event');
  expect(code).toBe(3);
  expect(output).toContain(
    'The audit trail lacks events.replay: Postgres (backoffice) at 127.0.0.1:1/none does not answer',
  );
});

test('the table tells when, what, how much and how it came out, whatever stands beside it', async () => {
  const { userId } = await (await fundedCustomer(restDriver(), 1000)).me();
  const reason = `\u001b[31ma red gift\u202e ${'with many words '.repeat(9)}👩‍👩‍👧`;
  await cliJson('wallet', 'credit', userId, '12345.67', '--reason', reason);
  const refused = await cli('wallet', 'debit', userId, '1000000', '--reason', reason);
  expect(refused.output).toContain('INSUFFICIENT_FUNDS');
  const { output } = await cli('audit-trail', '--user', userId);
  const lines = output.split('\n');
  const begin = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  wallet\.`;
  const about = userId.slice(0, 8);
  expect(lines[1]).toMatch(new RegExp(`${begin}debit {3}${about}  1000000\\.00 USD  INSUFFICIENT_FUNDS$`));
  const credit = new RegExp(`${begin}credit  ${about}  12345\\.67 USD {4}DONE$`);
  expect(lines.some((line) => credit.test(line))).toBe(true);
  expect(output).toMatch(/^ {4}by: admin admin@example\.com$/m);
  expect(output).toContain(String.raw`reason: \x1b[31ma red gift\u202e with`);
  for (const character of '\u001b\u202e') expect(output).not.toContain(character);
  expect(output).toContain('👩‍👩‍👧');
  expect(lines.filter((line) => widthOf(line) > 100)).toEqual([]);
  expect(await trailOf(reason)).toHaveLength(2);
});
