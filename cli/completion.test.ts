import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

const scriptFor = (shell: string): string =>
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'cli/main.ts', 'completion', shell], {
    cwd: root,
    encoding: 'utf8',
  });

/** What bash offers for the last of these words. */
function offered(script: string, ...words: readonly string[]): readonly string[] {
  const typed = ['cli', ...words].map((word) => `'${word}'`).join(' ');
  const call = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _ecommerce_cli; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', `${script}\n${call}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

test('bash completes commands, options and their values', () => {
  const script = scriptFor('bash');
  expect(offered(script, 'che')).toEqual(['checkout']);
  expect(offered(script, 'checkout', 'sta')).toEqual(['start', 'status']);
  expect(offered(script, '--json', 'checkout', 'list', '--st')).toEqual(['--status']);
  expect(offered(script, 'checkout', 'list', '--status', 'F')).toEqual(['FAILED']);
  expect(offered(script, 'events', 'dead', 'r')).toEqual(['replay']);
});

test.each(['ZSH', 'fish'])('the script for %s knows the same commands', (shell) => {
  const script = scriptFor(shell);
  for (const word of ['checkout', 'settle-lost', 'audit-trail', '--status', 'CANCELLED'])
    expect(script).toContain(word);
});
