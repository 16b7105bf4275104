import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redis } from './redis.ts';

let folder: string;
const path = process.env['PATH'] ?? '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redis-'));
  process.env['PATH'] = `${folder}${delimiter}${path}`;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});

/** Looks for Redis on a machine whose `redis-server` has this version. */
function findWith(version: string) {
  const text = `Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0`;
  writeFileSync(join(folder, 'redis-server'), `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
  return redis().find({
    ...{ profile: 'unit', root: folder, dataFolder: join(folder, 'data'), logFile: join(folder, 'log') },
    callerEnv: { ECOMMERCE_REDIS_FROM: 'machine' },
    port: () => 4711,
    stackEnv: () => ({}),
    progress: () => {},
    signal: new AbortController().signal,
  });
}

test.each(['6.2.0', '7.0.15', '10.0.0'])('Redis %s of the machine is used', async (version) => {
  expect(await findWith(version)).toMatchObject({ way: { from: `found ${join(folder, 'redis-server')}` } });
});

test.each(['6.0.16', '5.0.14'])('Redis %s of the machine is too old for the catalog cache', async (version) => {
  const what = `${join(folder, 'redis-server')} is Redis ${version}, which is too old`;
  expect(await findWith(version)).toEqual({ problems: [{ part: 'redis', what, fix: 'Install Redis 6.2 or newer.' }] });
});
