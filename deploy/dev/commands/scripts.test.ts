import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder, root } from '../bootstrap/paths.mjs';
import { aliveIn, makeNotes, readNotes } from '../testing/fixture.ts';
import { catalogue } from './catalogue.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** A script that starts something is stopped after this time. */
const longestMs = 25_000;

/** Runs an npm script. If it starts a stack, its one program is noted. */
async function script(name: string, ...args: readonly string[]) {
  const { notes } = makeNotes();
  const [, , ...words] = (scripts[name] ?? '').split(' ');
  const fixture = { profile: `fixture-${name}`, notes, parts: [{ name: 'part' }] };
  // Without the bootstrap, which only hands over to this program.
  const program = [join(root, 'deploy/dev/main.ts'), ...words];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...program, ...args], {
    cwd: root,
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(cacheFolder(), 'compile-cache'),
      ECOMMERCE_TOPOLOGY: join(import.meta.dirname, '../testing/topology.ts'),
      FIXTURE: JSON.stringify(fixture),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  for (const pid of aliveIn(notes)) process.kill(pid, 'SIGKILL');
  return { code, output, errors, started: readNotes(notes) };
}

const aboutOf = (name: string): string => {
  const call = name === 'test' ? 'npm test' : `npm run ${name}`;
  return Object.values(catalogue).find((command) => command.call === call)?.about ?? 'nothing';
};
// These programs have a help of their own.
const ownHelp: Readonly<Record<string, string>> = {
  cli: 'Usage: ',
  bench: 'npm run bench',
  'bench:sizing': 'npm run bench',
};

test.concurrent.each(Object.keys(scripts))(
  'npm run %s -- --help tells what it does, and starts nothing',
  async (name) => {
    const { code, output, errors, started } = await script(name, '--help');
    expect({ code, errors, started }).toEqual({ code: 0, errors: '', started: [] });
    expect(output).toContain(ownHelp[name] ?? aboutOf(name));
  },
);

test.concurrent.each(Object.keys(scripts))('npm run %s -- --bogus is refused, and starts nothing', async (name) => {
  const { code, output, errors, started } = await script(name, '--bogus');
  expect(errors).toContain('--bogus');
  expect({ code, output, started }).toEqual({ code: 2, output: '', started: [] });
});

test('seconds that are no number are refused before a stack starts', async () => {
  expect(await script('fuzz', 'ten')).toMatchObject({ code: 2, started: [], errors: expect.stringContaining('"ten"') });
});

test.each([
  ['nosuch', 'There is no part called nosuch.', 'npm run dev -- part'],
  ['--level=loud', 'There is no level loud.', 'npm run dev -- --level'],
  ['--order=1', '"1" is not the id of an order', 'npm run dev -- --order'],
])('npm run dev -- %s is refused before a stack starts, with what dev takes', async (word, problem, advice) => {
  for (const args of [[word], ['--detach', word]]) {
    const { code, errors, started } = await script('dev', ...args);
    expect({ isDone: code === 0, started }).toEqual({ isDone: false, started: [] });
    expect(errors).toContain(problem);
    expect(errors).toContain(advice);
  }
});
