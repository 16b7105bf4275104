import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { tableOf } from './output.ts';

test('a table that fits shows whole ids', () => {
  const order = randomUUID();
  expect(tableOf([{ order, status: 'COMPLETED' }])[1]).toBe(`${order}  COMPLETED`);
});

test('a wide table shows 8 characters of ids, and cuts the widest column', () => {
  const [order, user] = [randomUUID(), randomUUID()];
  const lines = tableOf([{ order, user, reason: 'a reason with many words '.repeat(9), time: '12:00' }]);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(lines[1]).toMatch(new RegExp(`^${order.slice(0, 8)}  ${user.slice(0, 8)}  a reason .*…  12:00$`));
});

test('a cell stays on one line, and a hidden column is left out', () => {
  expect(tableOf([{ error: 'first\nsecond', page: 'http://x' }], ['page'])).toEqual(['error', 'first second']);
  expect(tableOf([])).toEqual(['none']);
});

test('a wide table never cuts a time', () => {
  const row = {
    time: '2030-01-31T12:00:00.123Z',
    ...Object.fromEntries('abcdef'.split('').map((key) => [key, key.repeat(19)])),
  };
  const [, line = ''] = tableOf([row]);
  expect(line).toMatch(/^2030-01-31T12:00:00Z  a+…  /);
  expect(line.length).toBeLessThanOrEqual(100);
});

test('a wide table shows times without milliseconds before it cuts a column', () => {
  const row = { time: '2030-01-31T12:00:00.123Z', action: 'x'.repeat(76) };
  expect(tableOf([row])[1]).toBe(`2030-01-31T12:00:00Z  ${row.action}`);
  expect(tableOf([{ time: row.time }])[1]).toBe(row.time);
});
