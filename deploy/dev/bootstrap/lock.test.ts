import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf } from './identity.mjs';
import { lock, lockHolder, tryLock, unlock } from './lock.mjs';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('while a live process holds a lock, nobody else gets it', async () => {
  expect(tryLock(file)).toBe(true);
  expect(tryLock(file)).toBe(false);
  expect(lockHolder(file)).toEqual({ pid: process.pid, identity: identityOf(process.pid) });
  let waitedFor = 0;
  const waiting = lock(file, ({ pid }) => {
    waitedFor = pid;
    unlock(file);
  });
  (await waiting)();
  expect(waitedFor).toBe(process.pid);
  expect(existsSync(file)).toBe(false);
});

test('the lock of a killed process is free', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  expect(tryLock(file, child.pid)).toBe(true);
  expect(tryLock(file)).toBe(false);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(tryLock(file)).toBe(true);
});

test('a lock is free if another process now has the number of its holder', () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'an earlier start' }));
  expect(lockHolder(file)).toBeUndefined();
  expect(tryLock(file)).toBe(true);
});

test('if many processes take a stale lock at once, one gets it', async () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'an earlier start' }));
  const module = JSON.stringify(new URL('lock.mjs', import.meta.url).href);
  const program = `const { tryLock } = await import(${module}); console.log(tryLock(${JSON.stringify(file)})); process.stdin.resume();`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const answers = await Promise.all(
    children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()),
  );
  const exits = children.map((child) => once(child, 'exit'));
  for (const child of children) child.stdin.end();
  await Promise.all(exits);
  expect(answers.filter((answer) => answer === 'true')).toHaveLength(1);
});
