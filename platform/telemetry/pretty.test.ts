import { stdSerializers } from 'pino';
import { expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { createToldErrors } from './pretty-error.ts';
import { renderLine } from './pretty.ts';

function unavailable() {
  const unnamed = Object.assign(new Error(''), { stack: '' });
  const refused = new Error('connect ECONNREFUSED', { cause: unnamed });
  const away = new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'the workflow service\ndoes not answer', {
    cause: refused,
  });
  return stdSerializers.err(away);
}

const line = (level: string, second = 1) => ({
  ...{ time: `2030-01-31T12:00:0${second}.000Z`, level, role: 'checkout' },
  ...{ msg: 'could not start a checkout', err: unavailable() },
});

test('a warning has one line for its error with its code, and one for each cause that has a text', () => {
  expect(renderLine(line('warn')).split('\n')).toEqual([
    '12:00:01.000 WARN  [checkout] could not start a checkout',
    '    AppError: the workflow service does not answer (TEMPORAL_UNAVAILABLE)',
    '    caused by: Error: connect ECONNREFUSED',
  ]);
});

test('an error has its stack and those of its causes, without the empty ones', () => {
  const [, first, ...rest] = renderLine(line('error')).split('\n');
  expect(first).toBe('AppError: the workflow service');
  expect(rest.filter((each) => each.startsWith('    at ')).length).toBeGreaterThan(1);
  expect(rest.filter((each) => each.startsWith('caused by:'))).toEqual(['caused by: Error: connect ECONNREFUSED']);
});

test('of the same warnings one after the other only the first one tells its error', () => {
  const told = createToldErrors();
  const lines = (level: string, second: number) => renderLine(line(level, second), false, told).split('\n').length;
  expect([1, 2, 3].map((second) => lines('warn', second))).toEqual([3, 1, 1]);
  const other = { ...line('warn', 4), err: { stack: 'Error: another' } };
  expect(renderLine(other, false, told).split('\n')).toHaveLength(2);
  const later = { ...line('warn'), time: '2030-01-31T13:00:00.000Z', err: other.err };
  expect(renderLine(later, false, told).split('\n')).toHaveLength(2);
});

test('why a process ended is told each time', () => {
  const told = createToldErrors();
  const shown = [1, 2].map((second) => renderLine(line('fatal', second), false, told));
  expect(shown.map((text) => text.includes('connect ECONNREFUSED'))).toEqual([true, true]);
});

test('an error without a stack is told by its message', () => {
  const err = { message: 'the pool is closed' };
  expect(renderLine({ ...line('warn'), err }).split('\n')).toEqual([
    '12:00:01.000 WARN  [checkout] could not start a checkout',
    '    the pool is closed',
  ]);
});
