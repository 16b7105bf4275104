import { expect, test } from 'vitest';
import { leastCount, meanCount, sentBetween, typicalCount, type Sent } from './typical.ts';

const sent = (counts: Readonly<Record<string, number>>): Sent => new Map(Object.entries(counts));
/** Operations that send `find` once and `put` twice each, and beside which a loop sends something now and then. */
const operations = [
  sent({ find: 1, put: 2 }),
  sent({ find: 1, put: 2, sweep: 3 }),
  sent({ find: 2, put: 2 }),
  sent({ find: 1, put: 2, sweep: 1 }),
  sent({ find: 1, put: 1 }),
];

test('what a loop sends now and then does not count, nor does what one operation sends more or less', () => {
  expect(typicalCount(operations)).toBe(3);
  expect(meanCount(operations)).toBe(3.8);
});

test.each(['find', 'extra'])('one more in every operation counts as exactly one more: %s', (name) => {
  const more = operations.map((each) => new Map([...each, [name, (each.get(name) ?? 0) + 1]]));
  expect(typicalCount(more)).toBe(4);
});

test('the cheapest operation is one that sends least, and one more in every operation is one more there, too', () => {
  const cheap = [sent({ find: 1, put: 1 }), sent({ put: 1 }), sent({ put: 1, sweep: 2 })];
  expect(leastCount(cheap)).toBe(1);
  expect(leastCount(cheap.map((each) => new Map([...each, ['extra', 1]])))).toBe(2);
});

test('only what was sent between two readings counts', () => {
  const between = sentBetween(sent({ find: 5, put: 1 }), sent({ find: 5, put: 3, other: 1 }));
  expect(Object.fromEntries(between)).toEqual({ put: 2, other: 1 });
});
