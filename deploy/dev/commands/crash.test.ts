import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../bootstrap/failure.mjs';
import { tellCrash } from './crash.ts';
import { readLogsOptions } from './log-filter.ts';
import { showLogs } from './log-show.ts';

const raw = [
  'Error: no wallets today',
  '    at file:///shop/services/wallet/app.ts:53:7 {',
  '  [cause]: Error: the safe is locked',
];
const json = {
  ...{ level: 'fatal', time: '2026-11-30T12:14:57.010Z', role: 'all', msg: 'could not start' },
  err: 'process 1 ended before it was ready: exit code 1',
};

/** What is on the screen after a crash of the part `app`, which was healthy before. */
function screen(args: readonly string[] | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  const ended = new AbortController();
  onTestFinished(() => {
    ended.abort();
    rmSync(folder, { recursive: true });
  });
  let shown = '';
  const logFile = join(folder, 'app.log');
  writeFileSync(logFile, '');
  const parts = [
    { name: 'app', kind: 'app' },
    { name: 'kafka', kind: 'server' },
  ] as const;
  const print = (text: string) => void (shown += `${text}\n`);
  const view =
    args === undefined ? undefined : showLogs(readLogsOptions(args), { parts, folder, print, signal: ended.signal });
  appendFileSync(logFile, [...raw, JSON.stringify(json), ''].join('\n'));
  const failure = new Failure('All services: ended (exit code 1)', { logFile });
  tellCrash({ part: 'app', failure, view, write: (text) => void (shown += text) });
  return shown;
}

const times = (text: string, part: string) => text.split(part).length - 1;

test.each([
  ['with the log', []],
  ['with --quiet', undefined],
  ['with the errors of the log', ['--level', 'error']],
  ['with the log of another part', ['kafka']],
])('a crash is told once, with its place, its cause and its log: %s', (_, args) => {
  const text = screen(args);
  for (const told of [...raw, 'could not start', json.err, 'All services: ended', 'Log: ']) {
    expect(times(text, told), `${told} in ${text}`).toBe(1);
  }
  // It comes last, so that it stays in sight.
  expect(text.trimEnd().split('\n').at(-1)).toContain('Log: ');
});
