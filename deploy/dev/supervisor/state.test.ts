import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf } from '../bootstrap/identity.mjs';
import { isSupervised, readState, type StackState, writeState } from './state.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const state: StackState = {
  profile: 'dev',
  root: '/shop',
  supervisor: { pid: process.pid, identity: identityOf(process.pid) },
  startedAt: '2026-01-01T00:00:00.000Z',
  ready: true,
  control: { port: 1, token: 'x' },
  env: { DATABASE_URL: 'postgres://x' },
  urls: { api: 'http://127.0.0.1:8000' },
  parts: [
    {
      name: 'app',
      title: 'App',
      kind: 'app',
      stage: 'healthy',
      from: 'here',
      ports: { http: 8000 },
      urls: {},
      log: '/l',
      restarts: 1,
    },
  ],
};

test('a written state can be read again, but only by this user', () => {
  const file = join(folder, 'deep', 'state.json');
  writeState(file, state);
  expect(readState(file)).toEqual(state);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(isSupervised(state)).toBe(true);
});

test('a missing or broken state file counts as no state', () => {
  const file = join(folder, 'state.json');
  expect(readState(file)).toBeUndefined();
  writeFileSync(file, '{"half":');
  expect(readState(file)).toBeUndefined();
});

test('a stack is not supervised if another process now has the number of its supervisor', () => {
  expect(isSupervised({ ...state, supervisor: { pid: process.pid, identity: 'another start time' } })).toBe(false);
});
