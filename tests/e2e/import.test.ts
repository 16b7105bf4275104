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
  readonly stockKept: number;
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
  if (complaints.length > 0) throw new Error(complaints.map(messageOf).join('\n'));
  const counts = JSON.parse(lines.at(-1) ?? '') as Counts;
  return { code, counts, refused: lines.slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** With `--json` an error is one object. */
function messageOf(complaint: string): string {
  const { error } = JSON.parse(complaint) as { error: { message: string } };
  return error.message;
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
  const all = { read: 1200, created: 0, updated: 0, unchanged: 0, refused: 0, stockKept: 0 };

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

test('what a file does not mention stays, and the stock that it names for an existing product is told, not taken', async () => {
  const [sku, shop] = [`import-${randomUUID()}`, await admin(restDriver())];
  const csv = (...lines: string[]) => importFile(['-', '--format', 'csv'], lines.join('\n'));
  const header = 'SKU,Name,Category,Price,Currency,Attributes.color,Attributes.size,Available_Quantity,,';
  expect(await csv(header, `${sku},Lamp,${sku},1000.00,JPY,red,L,3,,`, ',,,,,,,,,')).toMatchObject({
    counts: { read: 1, created: 1 },
  });
  expect(await csv('sku,attributes.color', `${sku},blue`)).toMatchObject({ counts: { updated: 1 } });
  expect(await csv('sku,available_quantity', `${sku},9`)).toMatchObject({
    code: 0,
    counts: { unchanged: 1, stockKept: 1 },
  });
  expect(await shop.products({ category: sku })).toMatchObject([
    {
      sku,
      name: 'Lamp',
      price: { currencyCode: 'JPY', minorUnits: '1000' },
      attributes: { color: 'blue', size: 'L' },
      availableQuantity: 3,
    },
  ]);
});

test('a misplaced quote costs its own line only', async () => {
  const sku = `import-${randomUUID()}`;
  const monitor = `${sku}-bad,"a 27" monitor",9.99`;
  const good = Array.from({ length: 600 }, (_, index) => `${sku}-${index},"Thing ${index}",9.99`);
  const stdin = ['sku,name,price', monitor, ...good.slice(0, 300), monitor, ...good.slice(300)].join('\n');
  const { code, counts, refused } = await importFile(['-', '--format', 'csv'], stdin);
  expect([code, counts]).toMatchObject([1, { read: 602, created: 600, refused: 2 }]);
  expect(refused.map(({ line, reason }) => [line, reason])).toEqual([
    [2, 'MALFORMED_LINE'],
    [303, 'MALFORMED_LINE'],
  ]);
});

test('a dry run foresees a SKU that comes again within a call and 500 lines later', async () => {
  const sku = `import-${randomUUID()}`;
  const lines = Array.from({ length: 600 }, (_, index) => `${sku}-${index % 550},Thing ${index % 7},1`);
  const stdin = ['sku,name,price', ...lines, `${sku}-0,Other,2`, `${sku}-0,Other,2`].join('\n');
  const dry = await importFile(['-', '--format', 'csv', '--dry-run'], stdin);
  const wet = await importFile(['-', '--format', 'csv'], stdin);
  expect(wet.counts).toMatchObject({ read: 602, created: 550, unchanged: 1, updated: 51 });
  expect(dry.counts).toEqual({ ...wet.counts, dryRun: true });
});

test('a file that cannot be read, has an unknown format or lacks a column is refused with one line', async () => {
  await expect(importFile([join(folder, 'missing.csv')])).rejects.toThrow(/^no such file: [^\n]*missing\.csv$/);
  await expect(importFile([join(folder, 'catalog.xls')])).rejects.toThrow('--format');
  await expect(importFile(['-', '--format', 'csv'], 'name\nx\n')).rejects.toThrow('no column sku');
  for (const blank of ['', '\n \n', ',,\n']) {
    await expect(importFile(['-', '--format', 'csv'], blank)).rejects.toThrow('the file is empty');
  }
  await expect(importFile(['-', '--format', 'jsonl'], '\n')).rejects.toThrow('the file is empty');
});
