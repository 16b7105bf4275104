import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restDriver } from './drivers/rest.ts';
import { admin } from './shop.ts';

const root = join(import.meta.dirname, '../..');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecommerce-import-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Counts {
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** `npm run cli -- --json products import`: the exit code, the refused lines and the counts. */
async function importFile(args: readonly string[], stdin = '') {
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', '--json', 'products', 'import', ...args];
  const { code, stdout, stderr } = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, node, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
  const lines = stdout.trim().split('\n');
  // A long import prints its progress on stderr.
  const complaints = stderr.split('\n').filter((line) => line !== '' && !/^\r?[\d,]+ read: /.test(line));
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  const counts = JSON.parse(lines.at(-1) ?? '') as Counts;
  return { code, counts, refused: lines.slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>) };
}

function catalog(category: string, count: number): string {
  const rows = Array.from(
    { length: count },
    (_, index) => `${category}-${index},"Thing, no. ${index}",9.99,${category},3`,
  );
  return ['sku,name,price,category,available_quantity', ...rows].join('\r\n');
}

test('a catalog is imported; a repeated import changes nothing; a changed line changes one product', async () => {
  const [category, driver] = [`import-${randomUUID()}`, restDriver()];
  const shop = await admin(driver);
  const file = join(folder, 'catalog.csv');
  await writeFile(file, catalog(category, 1200));
  const all = { read: 1200, created: 0, updated: 0, unchanged: 0, refused: 0 };

  expect(await importFile([file, '--dry-run'])).toMatchObject({ code: 0, counts: { ...all, created: 1200 } });
  expect(await shop.products({ category })).toEqual([]);
  expect(await importFile([file])).toMatchObject({ code: 0, counts: { ...all, created: 1200 } });
  const listed = await shop.products({ category, orderBy: 'create_time', pageSize: 200 });
  expect(listed).toHaveLength(200);
  expect(listed[0]).toMatchObject({ price: { currencyCode: 'USD', minorUnits: '999' }, availableQuantity: 3 });
  expect(await importFile([file])).toMatchObject({ code: 0, counts: { ...all, unchanged: 1200 } });

  await writeFile(file, catalog(category, 1200).replace('no. 7"', 'number 7"'));
  expect(await importFile([file])).toMatchObject({ code: 0, counts: { ...all, updated: 1, unchanged: 1199 } });
  expect(await shop.products({ category, query: 'number 7' })).toHaveLength(1);
});

test('refused lines are reported with number, field and reason; the others are imported; the exit code is 1', async () => {
  const sku = `import-${randomUUID()}`;
  const lines = [
    { sku, name: 'A lamp', price: { currencyCode: 'USD', minorUnits: '100' } },
    { sku: `${sku}-2`, name: 'No price' },
    { sku: `${sku}-3`, colour: 'red' },
    { sku, image_url: 'ftp://example.com/lamp.png' },
  ];
  const stdin = lines.map((line) => JSON.stringify(line)).join('\n');
  const { code, counts, refused } = await importFile(['-', '--format', 'jsonl'], stdin);
  expect(code).toBe(1);
  expect(counts).toMatchObject({ read: 4, created: 1, refused: 3 });
  const inOrder = refused.sort((left, right) => Number(left.line) - Number(right.line));
  expect(inOrder.map(({ line, field, reason }) => [line, field, reason])).toEqual([
    [2, 'price', 'INVALID_PRODUCT'],
    [3, 'colour', 'UNKNOWN_FIELD'],
    [4, 'image_url', 'INVALID_PRODUCT'],
  ]);
});

test('a file that cannot be read, has an unknown format or lacks a column is refused with one line', async () => {
  await expect(importFile([join(folder, 'missing.csv')])).rejects.toThrow(/^ENOENT[^\n]*$/);
  await expect(importFile([join(folder, 'catalog.xls')])).rejects.toThrow('--format');
  await expect(importFile(['-', '--format', 'csv'], 'name\nx\n')).rejects.toThrow('no column sku');
});
