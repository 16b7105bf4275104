import { expect, test } from 'vitest';
import { lowerOf, measureCpu, sumOf } from './cpu.ts';

test('what the processes used between the marks is divided by the operations', () => {
  const readings = [
    { app: 100, postgres: 40 },
    { app: 300, postgres: 60, 'app 2': 10 },
  ].values();
  const measurement = measureCpu(() => readings.next().value ?? {});
  expect(() => measurement.each(10)).toThrow('not ended');
  measurement.marks.began();
  measurement.marks.ended();
  const each = measurement.each(10);
  expect(each).toEqual({ app: 20, postgres: 2, 'app 2': 1 });
  expect(sumOf(each)).toBe(23);
});

test('of two measurements the one with the lower sum counts, with all its processes', () => {
  const [quiet, busy] = [{ cpu: { app: 20, postgres: 5 } }, { cpu: { app: 18, postgres: 9 } }];
  expect([lowerOf(quiet, busy), lowerOf(busy, quiet)]).toEqual([quiet, quiet]);
});
