import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { root } from './bootstrap/paths.mjs';
import { nodeOptions } from './parts/app.ts';
import { quickImports, quickStart } from './quick-imports.ts';

const found = ['./platform/errors/code-name.ts', './services/wallet/schema.ts', './deploy/dev/bootstrap/paths.mjs'];
const installed = ['drizzle-orm', 'drizzle-orm/pg-core', 'drizzle-orm/node-postgres', 'pg', 'kafkajs', 'node:fs'];
const missing = ['./platform/errors/missing.ts', './platform/errors', 'missing-package', 'drizzle-orm/missing'];
const all = [...found, ...installed, ...missing];

const program = `
const told = {};
for (const specifier of ${JSON.stringify(all)}) {
  try {
    const names = Object.keys(await import(specifier)).sort();
    told[specifier] = [import.meta.resolve(specifier), ...names].join(' ');
  } catch ({ code, message }) {
    told[specifier] = code + ': ' + message;
  }
}
console.log(JSON.stringify(told));`;

/** What a module in the root of the checkout gets for each import: where it is and its names, or the error. */
async function imported(options: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const node = ['--disable-warning=ExperimentalWarning', ...options, '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, node, {
    cwd: root,
    env: { PATH: process.env['PATH'] },
  });
  return JSON.parse(stdout) as Record<string, string>;
}

let usual: Readonly<Record<string, string>> = {};
let quick: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  [usual, quick] = await Promise.all([imported([]), imported([quickImports])]);
});

test.each(all)('an import is what it is without the hook: %s', (specifier) => {
  expect(quick[specifier]).toBe(usual[specifier]);
  expect(quick[specifier]?.startsWith('ERR_')).toBe(missing.includes(specifier));
});

test('a missing file is told with the file that imports it', () => {
  expect(quick['./platform/errors/missing.ts']).toContain(` imported from ${root}`);
});

test('our processes of the launcher have it, and so have the programs of tests, beside the options of the user', () => {
  expect(nodeOptions).toContain(quickImports);
  const given = quickStart({ NODE_OPTIONS: '--enable-source-maps' });
  expect(given['NODE_OPTIONS']).toBe(`--enable-source-maps ${quickImports}`);
  expect(quickStart(given)).toEqual(given);
});
