import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { widthOf } from './graphemes.ts';
import { orderTable } from './order-row.ts';
import { tableOf } from './table.ts';

const tooWide = (lines: readonly string[]) => lines.filter((line) => widthOf(line) > 100);

test('a table that fits shows whole ids', () => {
  const order = randomUUID();
  expect(tableOf([{ order, status: 'COMPLETED' }])[1]).toBe(`${order}  COMPLETED`);
});

test('a wide table shows 8 characters of ids, and free text takes what is left', () => {
  const [order, user] = [randomUUID(), randomUUID()];
  const row = { order, user: `of ${user}`, reason: 'a reason with many words '.repeat(9), time: '12:00' };
  const lines = tableOf([row], { text: ['reason'] });
  expect(tooWide(lines)).toEqual([]);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(new RegExp(`^${order.slice(0, 8)}  of ${user.slice(0, 8)}  a reason .*…  12:00$`));
});

test('a cell stays on one line, and a column for programs is left out', () => {
  const rows = [{ error: 'first\nsecond', page: 'http://x' }];
  expect(tableOf(rows, { jsonOnly: ['page'] })).toEqual(['error', 'first second']);
  expect(tableOf([])).toEqual(['none']);
});

/** As wide as entries of the audit trail become. */
const widest = {
  time: '2030-01-31T12:00:00.123Z',
  action: 'checkout.settle-lost',
  about: randomUUID(),
  change: '1000000000.00 USD',
  outcome: 'TOP_UP_LIMIT_EXCEEDED',
  by: 'somebody@a-machine-with-a-long-name.example.com',
  reason: 'a reason with many words '.repeat(9).trim(),
};

test('what carries the meaning is never cut, and free text without room stands whole below its row', () => {
  const lines = tableOf([widest, { ...widest, reason: 'late', by: '' }], { text: ['about', 'by', 'reason'] });
  expect(tooWide(lines)).toEqual([]);
  expect(lines[0]).toMatch(/^time +action +about +change +outcome$/);
  const row = ['2030-01-31T12:00:00Z', widest.action, widest.about.slice(0, 8), widest.change, widest.outcome];
  expect(lines[1]).toBe(row.join('  '));
  expect(lines[2]).toBe(`    by: ${widest.by}`);
  const second = lines.indexOf(row.join('  '), 2);
  expect(lines.slice(3, second).join(' ').replaceAll(/\s+/g, ' ')).toBe(` reason: ${widest.reason}`);
  expect(lines.slice(second)).toEqual([row.join('  '), '    reason: late']);
});

test('a wide table shows times without milliseconds before it moves a column', () => {
  const row = { time: '2030-01-31T12:00:00.123Z', action: 'x'.repeat(76) };
  expect(tableOf([row])[1]).toBe(`2030-01-31T12:00:00Z  ${row.action}`);
  expect(tableOf([{ time: row.time }])[1]).toBe(row.time);
});

test('a cut counts what a reader sees: no emoji is cut in half', () => {
  const [, line = ''] = tableOf([{ id: 'x'.repeat(60), name: '👩‍👩‍👧'.repeat(90), end: 'e' }], { text: ['name'] });
  expect(line).toBe(`${'x'.repeat(60)}  ${'👩‍👩‍👧'.repeat(16)}…  e`);
});

test.each(['漢字', '日本', '👍🏽', '🇩🇪', 'é', 'e\u0301', 'ｱｲ', '⚠️'])(
  'the column after %s is where it is for ASCII',
  (name) => {
    const rows = [
      { name, end: '|' },
      { name: 'abcdef', end: '|' },
    ];
    const columns: Readonly<Record<string, number>> = { 漢字: 4, 日本: 4, ｱｲ: 2, é: 1, 'e\u0301': 1 };
    expect(tableOf(rows)[1]).toBe(`${name}${' '.repeat(6 - (columns[name] ?? 2))}  |`);
  },
);

test('a cut of wide characters leaves a column free rather than half of one', () => {
  const [, line = ''] = tableOf([{ id: 'x'.repeat(61), name: '漢字'.repeat(90), end: 'e' }], { text: ['name'] });
  expect(line).toBe(`${'x'.repeat(61)}  ${'漢字'.repeat(7)}漢…   e`);
});

test('text from outside cannot steer the terminal', () => {
  const rows = [{ reason: '\u001b[31mred\u202e', by: 'x' }];
  expect(tableOf(rows)[1]).toBe(String.raw`\x1b[31mred\u202e  x`);
});

test('without free text a table is rather too wide than cut', () => {
  const row = { action: 'x'.repeat(60), amount: 'y'.repeat(60) };
  expect(tableOf([row])[1]).toBe(`${row.action}  ${row.amount}`);
});

test('an id that the next command takes is whole in a wide table, and a column below has a line where it is not empty', () => {
  const [order, user] = [randomUUID(), randomUUID()];
  const row = { order, user, time: '2030-01-31T12:00:00.123Z', by: 'x'.repeat(20), refund: order };
  const lines = tableOf([row, { ...row, refund: '' }], { whole: ['order'], below: ['refund'] });
  expect(lines).toHaveLength(4);
  expect(lines[1]).toBe(`${order}  ${user.slice(0, 8)}  2030-01-31T12:00:00Z  ${row.by}`);
  expect(lines[2]).toBe(`    refund: ${order}`);
});

test('orders stay within the width with whole ids, and the longest reason stands below', () => {
  const orderId = randomUUID();
  const order = { orderId, status: 'CANCELLED', total: '1000000000.00 USD', created: '2030-01-31T12:00:00.123Z' };
  const lines = tableOf([{ ...order, buyer: orderId, reason: 'INSUFFICIENT_FUNDS' }], orderTable);
  expect(tooWide(lines)).toEqual([]);
  expect(lines[1]).toBe(`${orderId}  CANCELLED  1000000000.00 USD  2030-01-31T12:00:00Z`);
  expect(lines.slice(2)).toEqual([`    buyer: ${orderId}`, '    reason: INSUFFICIENT_FUNDS']);
});
