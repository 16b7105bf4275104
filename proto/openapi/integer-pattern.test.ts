import fc from 'fast-check';
import { expect, test } from 'vitest';
import { integerPattern } from './integer-pattern.ts';

test('the pattern of a range takes exactly the integers in it', () => {
  const number = fc.oneof(fc.bigInt(-150n, 150n), fc.bigInt(-(10n ** 12n), 10n ** 12n));
  fc.assert(
    fc.property(number, number, fc.array(number), (one, other, probes) => {
      const [low, high] = one < other ? [one, other] : [other, one];
      const pattern = new RegExp(`^${integerPattern(low, high)}$`);
      for (const probe of [...probes, low, high, low - 1n, high + 1n, low + 1n, high - 1n, 0n, -1n, 9n, 10n]) {
        expect(pattern.test(String(probe)), `${probe} in ${low}…${high}: ${pattern}`).toBe(
          probe >= low && probe <= high,
        );
      }
    }),
    { numRuns: 2000 },
  );
});

test('usual ranges have short patterns', () => {
  expect(integerPattern(1n, 100n)).toBe('(?:[1-9][0-9]{0,1}|100)');
  expect(integerPattern(0n, 8n)).toBe('[0-8]');
  expect(integerPattern(1n, 100_000_000n)).toBe('(?:[1-9][0-9]{0,7}|100000000)');
  expect(() => integerPattern(2n, 1n)).toThrow(RangeError);
});
