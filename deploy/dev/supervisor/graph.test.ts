import { expect, test } from 'vitest';
import { fixtureTopology } from '../testing/fixture.ts';
import { inDependencyOrder } from './graph.ts';

const partsOf = (...parts: readonly [string, ...string[]][]) =>
  fixtureTopology(
    'x',
    '',
    parts.map(([name, ...dependsOn]) => ({ name, dependsOn })),
  ).parts;
const names = (parts: readonly { readonly name: string }[]) => parts.map(({ name }) => name);

test('each part comes after all parts that it depends on, whatever the order in the topology', () => {
  const parts = partsOf(['app', 'migrate', 'kafka'], ['migrate', 'postgres'], ['kafka'], ['postgres']);
  expect(names(inDependencyOrder(parts))).toEqual(['postgres', 'migrate', 'kafka', 'app']);
});

test('parts that depend on each other are an error, which shows the circle', () => {
  expect(() => inDependencyOrder(partsOf(['a', 'b'], ['b', 'c'], ['c', 'a']))).toThrow('a → b → c → a');
});

test('an unknown dependency is an error, which names it', () => {
  expect(() => inDependencyOrder(partsOf(['a', 'gone']))).toThrow('a depends on gone, which is not in the topology');
});
