import { expect, test } from 'vitest';
import { renderLine } from './pretty.ts';
import { visible, visibleJson, visibleLine } from './visible.ts';

const hostile = 'a\u001b[31m\u009b1mb\u007f\r\u202ec\u2066\u200f\u2028d\ne\tf';

test('control and bidi characters are shown as escapes; lines and tabs stay', () => {
  expect(visible(hostile)).toBe(String.raw`a\x1b[31m\x9b1mb\x7f\r\u202ec\u2066\u200f\u2028d` + '\ne\tf');
  expect(visible(visible(hostile))).toBe(visible(hostile));
  expect(visible('Zoë 👩‍👩‍👧 日本 שלום')).toBe('Zoë 👩‍👩‍👧 日本 שלום');
});

test('a value stays on its line', () => {
  expect(visibleLine('5\nbalance  1000.00 USD')).toBe(String.raw`5\nbalance  1000.00 USD`);
});

test('JSON means the same', () => {
  const text = visibleJson({ hostile });
  expect(text).toMatch(/^[ -~]*$/);
  expect(JSON.parse(text)).toEqual({ hostile });
});

test('a line of the log is safe in every field', () => {
  const line = { time: '2030-01-31T12:00:00.000Z', level: 'info', role: hostile, msg: hostile, field: hostile };
  const err = { stack: `${hostile}\n    at x`, reason: hostile };
  const shown = renderLine({ ...line, level: 'error', err });
  expect(shown.replaceAll(/[\n\t]/g, '')).toMatch(/^[ -~]*$/);
  expect(shown.split('\n').at(-1)).toBe('    at x');
  expect(renderLine({ ...line, err }).replaceAll('\n', '')).toMatch(/^[ -~]*$/);
  expect(renderLine(line).split('\n')).toHaveLength(1);
});
