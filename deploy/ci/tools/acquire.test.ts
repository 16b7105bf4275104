import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquire } from './acquire.ts';
import type { Tool } from './catalogue.ts';

const tool: Tool = {
  program: 'lint-it',
  version: '2.1.0',
  tell: ['--version'],
  accepts: /lint-it 2\./,
  byHand: 'https://example.com',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tools-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(path: string, text: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}
const within = (path: string) => ({ cache: join(folder, 'cache'), path });

test('a program on PATH is taken if its version is accepted', async () => {
  const there = program(join(folder, 'bin/lint-it'), 'echo lint-it 2.4.0');
  expect(await acquire(tool, within(join(folder, 'bin')))).toEqual({ path: there });
});

test('the pinned program in the cache is preferred to one on PATH', async () => {
  program(join(folder, 'bin/lint-it'), 'echo lint-it 2.4.0');
  const kept = program(join(folder, 'cache/lint-it-2.1.0/bin/lint-it'), 'echo lint-it 2.1.0');
  expect(await acquire(tool, within(join(folder, 'bin')))).toEqual({ path: kept });
});

test('an old or broken program is not taken, and `missing` says why and what to do', async () => {
  program(join(folder, 'bin/lint-it'), 'echo lint-it 1.9.0');
  program(join(folder, 'cache/lint-it-2.1.0/bin/lint-it'), 'exit 1');
  const found = await acquire({ ...tool, wheel: 'lint-it==2.1.0' }, within(join(folder, 'bin')));
  expect(found).toEqual({
    missing: 'its wheel cannot be installed, because python3 is missing; install it by hand: https://example.com',
  });
});

test('a wheel that cannot be installed leaves nothing in the cache', async () => {
  program(
    join(folder, 'bin/python3'),
    'mkdir -p "$3/bin"; printf "#!/bin/sh\\nexit 1\\n" >"$3/bin/python3"; chmod +x "$3/bin/python3"',
  );
  const found = await acquire({ ...tool, wheel: 'lint-it==2.1.0' }, within(join(folder, 'bin')));
  expect(found).toEqual({ missing: 'pip cannot install its wheel; install it by hand: https://example.com' });
  expect(await acquire(tool, within(''))).toEqual({ missing: 'install it by hand: https://example.com' });
});
