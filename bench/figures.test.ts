import { expect, test } from 'vitest';
import { createNotes, usersText, valueText } from './figures.ts';

test('a value shows as many digits as mean something', () => {
  const texts = [
    valueText({ value: 12.345, unit: '/s' }),
    valueText({ value: 12_345.6, unit: '/s' }),
    valueText({ value: 0.0123, unit: 'ms' }),
    valueText({ value: 0.1567, unit: 'ratio' }),
    valueText({ value: 7, unit: 'count' }),
    valueText({ value: 341.2, unit: 'MiB' }),
  ];
  expect(texts).toEqual(['12.3/s', '12,346/s', '0.012 ms', '0.157', '7', '341 MiB']);
});

test('failed operations are noted only if there are any', () => {
  const notes = createNotes();
  notes.failed('reads', { count: 0, reasons: {} });
  notes.failed('logins', { count: 2, reasons: { refused: 2 } });
  expect(notes.findings().failures).toEqual(['logins: 2 failed: refused (2 ×)']);
});

test('percentiles have the load in their names, so that runs can be compared', () => {
  const notes = createNotes();
  notes.times('checkout', usersText(1), { p50: 1, p90: 2, p99: 3 });
  expect(notes.findings().figures.map(({ name }) => name)).toEqual([
    'checkout p50, 1 user',
    'checkout p90, 1 user',
    'checkout p99, 1 user',
  ]);
});
