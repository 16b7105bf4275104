import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identityOf } from '../bootstrap/identity.mjs';
import { endLeftovers } from './stale.ts';
import type { PartState, StackState } from './state.ts';

function sleeper() {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'ignore' });
}

function stateOf(parts: readonly Pick<PartState, 'name' | 'pid' | 'identity'>[]): StackState {
  const rest = {
    title: '',
    kind: 'app',
    stage: 'healthy',
    from: '',
    ports: {},
    urls: {},
    log: '',
    restarts: 0,
  } as const;
  return {
    profile: 'x',
    root: '/',
    supervisor: { pid: 1, identity: undefined },
    startedAt: '',
    ready: true,
    env: {},
    urls: {},
    parts: parts.map((part) => Object.assign({}, rest, part)),
  };
}

test('the processes of a supervisor that has ended are ended, but not another process with the same number', async () => {
  const [ours, stranger] = [sleeper(), sleeper()];
  const [pid = 0, strangersPid = 0] = [ours.pid, stranger.pid];
  const state = stateOf([
    { name: 'ours', pid, identity: identityOf(pid) ?? '' },
    { name: 'stranger', pid: strangersPid, identity: 'another start time' },
  ]);
  const ended = once(ours, 'exit');
  expect(await endLeftovers(state)).toEqual(['ours']);
  await ended;
  expect(identityOf(pid)).toBeUndefined();
  expect(identityOf(strangersPid)).toBeDefined();
  const gone = once(stranger, 'exit');
  stranger.kill('SIGKILL');
  await gone;
});
