import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../bootstrap/paths.mjs';
import { answerBefore, catalogue, helpText } from './catalogue.ts';
import type { Listed } from './listed.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

test('every npm script is in the list, by the name that they type', () => {
  const calls = new Set<string>(Object.values(catalogue).map(({ call }) => call));
  const missing = Object.keys(scripts).filter((name) => !calls.has(name === 'test' ? 'npm test' : `npm run ${name}`));
  expect(missing).toEqual([]);
});

test('every listed npm script exists', () => {
  const named = Object.values(catalogue).flatMap(({ call }) => /^npm (?:run )?(\S+)$/.exec(call)?.[1] ?? []);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('the list has a line for each command, of at most 130 characters', () => {
  const lines = helpText().split('\n');
  expect(lines.length).toBeGreaterThan(Object.keys(catalogue).length);
  expect(lines.filter((line) => line.length > 130)).toEqual([]);
});

test.each(Object.entries(catalogue).filter(([, { takes }]) => takes !== 'program'))(
  '%s --help only tells what the command does',
  (name, { about }) => {
    for (const flag of ['--help', '-h']) expect(answerBefore(name, [flag])).toContain(about);
  },
);

const withOptions = Object.entries(catalogue).flatMap(([name, { takes }]) =>
  typeof takes === 'string' ? [] : [[name, takes] as const],
);
test.each(withOptions)('%s --help has a line for each option', (name, { options }) => {
  const help = answerBefore(name, ['--help']) ?? '';
  for (const option of Object.keys(options)) expect(help).toMatch(new RegExp(`^  --${option}( [A-Z]+)? {2,}\\w`, 'm'));
});

const listed: Readonly<Record<string, Listed>> = catalogue;
const withWords = Object.entries(listed).filter(([, { takes }]) => typeof takes === 'string' || takes.words > 0);
test.each(withWords.filter(([, { takes }]) => takes !== 'program'))('%s --help tells what its words mean', (name) => {
  expect(answerBefore(name, ['--help'])).toMatch(/^ {2}[<[-].*[>\]N] {2,}\w/m);
});

test.each([
  ['stop', ['--force']],
  ['stop', ['dev']],
  ['reset', ['--all']],
  ['reset', ['--yes=no']],
  ['dev', ['--detached']],
  ['status', ['--jsno']],
  ['demo', ['--kill']],
  ['new-service', ['reviews', 'ratings']],
  ['fuzz', ['60', '60']],
  ['test-clients', ['rust']],
  ['format', ['--check']],
])('%s %j is refused, with what the command takes', (name, args) => {
  expect(() => answerBefore(name, args)).toThrow(
    expect.objectContaining({ suggestion: expect.stringContaining(name.replace(/-(?=service|clients)/, ':')) }),
  );
});

test.each([
  ['reset', ['--yes']],
  ['dev', ['--detach', '--infra-only']],
  ['logs', ['app', '--follow', '--profile', 'demo']],
  ['kill', ['app', 'SIGTERM']],
  ['test', ['--infra-only', 'services/cart', '-t', 'words']],
  ['test-clients', ['go', 'java']],
  ['test-conformance', ['--run', 'Basic/**', '--run', 'Errors/**']],
  ['mutations', ['check', 'hold']],
  ['db-generate', ['--name=initial', 'reviews']],
  ['lint', ['--fix', 'services/cart']],
  ['verify', ['types', 'format']],
  ['run', ['cli/main.ts', '--help']],
])('%s %j runs', (name, args) => {
  expect(answerBefore(name, args)).toBeUndefined();
});
