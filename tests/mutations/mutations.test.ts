import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutations } from './mutations.ts';

const root = join(import.meta.dirname, '../..');

// The run of all mutations takes half an hour. A changed line would be noticed only there.
test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
  'the line that a mutation changes stands once in its file, and its tests exist: %s',
  (_, { file, from, to, tests }) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(text.split(from).length - 1, `${file}: ${from}`).toBe(1);
    expect(to).not.toBe(from);
    expect(tests.filter((path) => globSync(`${path}*`, { cwd: root }).length === 0)).toEqual([]);
  },
);

test('docs/reliability.md has a row for each mutation, in its words', () => {
  const [, table = ''] =
    /^## Mutations\n([^]*?)^## /m.exec(readFileSync(join(root, 'docs/reliability.md'), 'utf8')) ?? [];
  const rows = [...table.matchAll(/^\| (.+?) +\| (.+?) +\|/gm)].slice(2).map(([, name, cost]) => `${name}: ${cost}`);
  const wanted = mutations.map(({ name, cost }) => `${name}: ${cost}`.replaceAll('|', '\\|'));
  expect(rows.sort()).toEqual(wanted.sort());
});
