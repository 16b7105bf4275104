import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
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
  expect(offered(script, 'checkout', 'list', '--status', 'R')).toEqual(['RUNNING']);
  expect(offered(script, 'order', 'list', '--status', 'P')).toEqual(['PENDING']);
  expect(offered(script, 'events', 'dead', 'r')).toEqual(['replay']);
  expect(offered(script, 'user', 'grant', 'a@example.com', 'su')).toEqual(['support']);
});

/** Tells why a test is left out, where a shell or the terminal of util-linux is missing. */
function need(program: string, skip: (why: string) => void): void {
  const found = spawnSync(program, ['--version'], { stdio: 'ignore' });
  if (found.error !== undefined) skip(`${program} is not installed`);
}

test('fish completes commands, options and their values, and files only for an import', ({ skip }) => {
  need('fish', skip);
  const asked = (line: string) => {
    const args = ['--no-config', '--command', `${scriptFor('fish')}\ncomplete --do-complete '${line}'`];
    return execFileSync('fish', args, { encoding: 'utf8', cwd: import.meta.dirname })
      .trim()
      .split('\n');
  };
  expect(asked('cli che')).toEqual(['checkout']);
  expect(asked('cli --json checkout sta')).toEqual(['start', 'status']);
  expect(asked('cli checkout list --st')).toEqual(['--status']);
  expect(asked('cli checkout list --status R')).toEqual(['RUNNING']);
  expect(asked('cli user grant a@example.com su')).toEqual(['support']);
  expect(asked('cli order show tab')).toEqual(['']);
  expect(asked('cli products import mai')).toEqual(['main.ts']);
});

test('zsh completes commands, options and their values, and files else', async ({ skip }) => {
  need('zsh', skip);
  need('script', skip);
  const folder = mkdtempSync(join(tmpdir(), 'ecommerce-zsh-'));
  try {
    writeFileSync(join(folder, '_cli'), scriptFor('ZSH'));
    const begin = [
      'autoload -Uz compinit',
      'compinit -u -D',
      'cli() { print -r -- "RAN <$*>" }',
      `source ${folder}/_cli`,
    ];
    writeFileSync(join(folder, '.zshrc'), begin.join('\n'));
    const child = spawn('script', ['--quiet', '--return', '--command', 'zsh -i', '/dev/null'], {
      cwd: import.meta.dirname,
      env: { ...process.env, ZDOTDIR: folder, TERM: 'dumb' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = [
      'che',
      '--json events dead rep',
      'checkout list --st',
      'checkout list --status R',
      'products import mai',
    ];
    child.stdin.write([...lines.map((line) => `cli ${line}\t\n`), 'exit\n'].join(''));
    const output = await text(child.stdout);
    expect([...output.matchAll(/RAN <(.*)>/g)].map(([, words]) => words)).toEqual([
      ...['checkout', '--json events dead replay', 'checkout list --status', 'checkout list --status RUNNING'],
      'products import main.ts',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
