import { expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { planChaos, type Fault } from './chaos.ts';

const faults: readonly Fault[] = [
  { kind: 'kill', part: 'worker' },
  { kind: 'kill', part: 'wallet' },
  { kind: 'freeze', part: 'order', ms: 1000 },
];
const options = { durationMs: 60_000, pauseMs: { from: 500, to: 3000 }, faults };

test('the same seed plans the same faults at the same times; another seed plans others', () => {
  const plan = (seed: number) => planChaos(createRandom(seed), options);
  expect(plan(42)).toEqual(plan(42));
  expect(plan(42)).not.toEqual(plan(43));
});

test('faults are in order, within the duration, and no part ends more often than the launcher allows', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const acts = planChaos(createRandom(seed), options);
    const times = acts.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times.at(-1)).toBeLessThan(60_000);
    for (const [, own] of Map.groupBy(acts, ({ fault }) => (fault.kind === 'proxy' ? fault.proxy : fault.part))) {
      expect(own.length).toBeLessThanOrEqual(5);
    }
  }
});

test('what one part draws does not change what another part draws', () => {
  const one = createRandom(7);
  const other = createRandom(7);
  one.next();
  expect(one.fork('load').next()).toBe(other.fork('load').next());
  expect(one.fork('load').next()).not.toBe(one.fork('acts').next());
});

test('drawn numbers cover their whole range, both ends included', () => {
  const random = createRandom(1);
  const drawn = new Set(Array.from({ length: 500 }, () => random.between(3, 9)));
  expect([...drawn].sort((left, right) => left - right)).toEqual([3, 4, 5, 6, 7, 8, 9]);
});
