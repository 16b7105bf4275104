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

test('a program on PATH is taken if its version will do', async () => {
  const there = program(join(folder, 'bin/lint-it'), 'echo lint-it 2.4.0');
  expect(await acquire(tool, within(join(folder, 'bin')))).toEqual({ path: there });
});

test('the pinned one in the cache comes before PATH', async () => {
  program(join(folder, 'bin/lint-it'), 'echo lint-it 2.4.0');
  const kept = program(join(folder, 'cache/lint-it-2.1.0/bin/lint-it'), 'echo lint-it 2.1.0');
  expect(await acquire(tool, within(join(folder, 'bin')))).toEqual({ path: kept });
});

test('one that is too old, or broken, is none; what is missing says every reason and the way out', async () => {
  program(join(folder, 'bin/lint-it'), 'echo lint-it 1.9.0');
  program(join(folder, 'cache/lint-it-2.1.0/bin/lint-it'), 'exit 1');
  const found = await acquire({ ...tool, wheel: 'lint-it==2.1.0' }, within(join(folder, 'bin')));
  expect(found).toEqual({ missing: 'no python3 for its wheel; install it yourself: https://example.com' });
});

test('a wheel that can not be installed leaves nothing behind that looks like a tool', async () => {
  program(
    join(folder, 'bin/python3'),
    'mkdir -p "$3/bin"; printf "#!/bin/sh\\nexit 1\\n" >"$3/bin/python3"; chmod +x "$3/bin/python3"',
  );
  const found = await acquire({ ...tool, wheel: 'lint-it==2.1.0' }, within(join(folder, 'bin')));
  expect(found).toEqual({ missing: 'pip can not install its wheel; install it yourself: https://example.com' });
  expect(await acquire(tool, within(''))).toEqual({ missing: 'install it yourself: https://example.com' });
});
