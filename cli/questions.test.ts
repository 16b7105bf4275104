import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';
import { leavesOf } from './testing/leaves.ts';

test('docs/support.md names every command that asks before harm, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/support.md'), 'utf8');
  const [, list = ''] = /^## Questions before harm\n([^]*?)After any/m.exec(page) ?? [];
  const named = [...list.matchAll(/`([a-z][^`]*)`/g)]
    .flatMap(([, command = '']) => {
      const [, head = '', choices = ''] = /^(.*?)([a-z-]+(?:\|[a-z-]+)*)$/.exec(command.replace(/ --.*/, '')) ?? [];
      return choices.split('|').map((choice) => `${head}${choice}`);
    })
    .filter((command) => command !== 'y');
  const asking = leavesOf(createProgram(() => Promise.resolve(), String)).flatMap(([name, { options }]) =>
    options.some(({ long }) => long === '--yes') ? [name] : [],
  );
  expect(named.sort()).toEqual(asking.sort());
});
