import { expect, test } from 'vitest';
import type { PartContext, Way } from '../supervisor/part.ts';
import { firstWay, notSet, type Source } from './sources.ts';

function contextWith(callerEnv: NodeJS.ProcessEnv): PartContext {
  return {
    profile: 'x',
    root: '/',
    callerEnv,
    dataFolder: '/',
    logFile: '/',
    port: () => 0,
    stackEnv: () => ({}),
    progress: () => {},
    signal: new AbortController().signal,
  };
}

const way = (from: string): Way => ({ from, prepare: async () => ({}), probe: async () => {}, env: {}, urls: {} });
const gives =
  (from: string): Source =>
  () =>
    Promise.resolve(way(from));
const refuses =
  (reason: string): Source =>
  () =>
    Promise.resolve({ reason, fix: `mend ${reason}` });

async function chosen(sources: Parameters<typeof firstWay>[1], env: NodeJS.ProcessEnv = {}) {
  const found = await firstWay('redis', sources, contextWith(env));
  return 'way' in found ? found.way.from : found.problems;
}

test('the sources are tried in the order environment, Docker, machine, installation', async () => {
  const all = {
    install: gives('install'),
    machine: gives('machine'),
    docker: gives('docker'),
    environment: gives('environment'),
  };
  expect(await chosen(all)).toBe('environment');
  expect(await chosen({ ...all, environment: refuses('no address') })).toBe('docker');
  expect(await chosen({ install: all.install, machine: all.machine })).toBe('machine');
  expect(await chosen({ install: all.install, machine: refuses('too old') })).toBe('install');
});

test('if no source works, the problem has all reasons and the fix of the last', async () => {
  const sources = {
    environment: async () => notSet('REDIS_URL', 'redis://host'),
    machine: refuses('too old'),
    install: refuses('not root'),
  };
  expect(await chosen(sources)).toEqual([
    { part: 'redis', what: 'REDIS_URL is not set; too old; not root', fix: 'mend not root' },
  ]);
});

test('ECOMMERCE_<PART>_FROM allows only one source', async () => {
  const sources = { machine: gives('machine'), install: gives('install') };
  expect(await chosen(sources, { ECOMMERCE_REDIS_FROM: 'install' })).toBe('install');
  expect(await chosen(sources, { ECOMMERCE_REDIS_FROM: 'dokcer' })).toEqual([
    expect.objectContaining({ what: 'ECOMMERCE_REDIS_FROM=dokcer does not name a source of redis' }),
  ]);
});
