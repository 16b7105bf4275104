import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { parseStat, processorMs, processTree, residentMiB } from './proc.ts';

test('a process name with spaces and parentheses does not confuse the parser of /proc/<pid>/stat', () => {
  const line = '42 (a (b) c) S 7 42 42 0 -1 4194304 500 0 0 0 11 22 33 44 20 0 1 0 100 1000 10';
  expect(parseStat(line)).toEqual({ parent: 7, ms: 1100 });
});

test.runIf(process.platform === 'linux')('the processor time of ended children counts', () => {
  const before = processorMs(process.pid);
  // The child measures its own processor time, so it uses the same amount on a busy machine.
  spawnSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 300_000);']);
  expect(processorMs(process.pid) - before).toBeGreaterThan(100);
});

test.runIf(process.platform === 'linux')('a running child is a separate member of the tree, with memory', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const pids = processTree(process.pid).map(({ pid }) => pid);
  expect(pids).toContain(child.pid);
  expect(pids).toContain(process.pid);
  expect(residentMiB(process.pid)).toBeGreaterThan(10);
  child.kill();
  await once(child, 'exit');
});

test.runIf(process.platform === 'linux')('an unknown process id is an error', () => {
  expect(() => processorMs(2 ** 30)).toThrow('no process');
});
