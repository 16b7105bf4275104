import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { identityOf } from './bootstrap/identity.mjs';
import { attachStack } from './supervisor/attach.ts';
import { isSupervised, readState } from './supervisor/state.ts';
import { aliveIn, pidsIn, readNotes } from './testing/fixture.ts';
import { launch, type Launcher, type LauncherOptions } from './testing/launcher.ts';

const twoParts = [{ name: 'first' }, { name: 'second', dependsOn: ['first'] }];
const launchers: Launcher[] = [];

afterEach(async () => {
  for (const launcher of launchers.splice(0)) await launcher.clear();
});

function start(args: readonly string[], options: LauncherOptions): Launcher {
  const launcher = launch(args, options);
  launchers.push(launcher);
  return launcher;
}

function until(condition: () => boolean, launcher: Launcher): Promise<void> {
  const attempt = () => {
    if (!condition()) throw new Error(`output of the launcher:\n${launcher.output()}`);
  };
  return eventually('what the launcher was to do', attempt, { withinMs: 25_000, everyMs: 20 });
}

async function untilReady(launcher: Launcher): Promise<void> {
  await until(() => /^ready$/m.test(launcher.output()), launcher);
}

async function untilNoneIsAlive(launcher: Launcher): Promise<void> {
  await until(() => aliveIn(launcher.notes).length === 0, launcher);
}

// Each part is a program with a child process that ignores SIGTERM, so each part has two processes.
describe('no process is left behind', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('after %s to the launcher', async (signal) => {
    const launcher = start(['dev'], { parts: twoParts });
    await untilReady(launcher);
    expect(pidsIn(launcher.notes)).toHaveLength(4);
    launcher.process.kill(signal);
    await launcher.ended;
    expect(aliveIn(launcher.notes)).toEqual([]);
    expect(readNotes(launcher.notes).slice(-2)).toEqual(['second stops', 'first stops']);
    expect(readState(launcher.stateFile)).toBeUndefined();
  });

  test.each(['bootstrap', 'npm'])('after kill -9 of the %s', async (program) => {
    const launcher = start(['dev'], { parts: twoParts, viaNpm: program === 'npm' });
    await untilReady(launcher);
    launcher.process.kill('SIGKILL');
    await untilNoneIsAlive(launcher);
    expect(pidsIn(launcher.notes)).toHaveLength(4);
  });

  test('after kill -9 of the supervisor', async () => {
    const launcher = start(['dev'], { parts: twoParts });
    await untilReady(launcher);
    process.kill(readState(launcher.stateFile)?.supervisor.pid ?? 0, 'SIGKILL');
    await launcher.ended;
    await untilNoneIsAlive(launcher);
    expect(pidsIn(launcher.notes)).toHaveLength(4);
  });

  test('after kill -9 of bootstrap and supervisor at once, while a part is starting', async () => {
    const launcher = start(['dev'], {
      parts: [{ name: 'first' }, { name: 'second', behaviour: 'mute', dependsOn: ['first'] }],
    });
    await until(() => pidsIn(launcher.notes).length === 4, launcher);
    process.kill(readState(launcher.stateFile)?.supervisor.pid ?? 0, 'SIGKILL');
    launcher.process.kill('SIGKILL');
    await untilNoneIsAlive(launcher);
    expect(pidsIn(launcher.notes)).not.toHaveLength(0);
  });

  test('after a failed start, which shows the part, the end of its log, the path of the log and a suggestion', async () => {
    const launcher = start(['dev'], {
      parts: [{ name: 'first' }, { name: 'second', behaviour: 'fail', dependsOn: ['first'] }],
    });
    expect(await launcher.ended).toBe(1);
    expect(aliveIn(launcher.notes)).toEqual([]);
    expect(pidsIn(launcher.notes)).toHaveLength(4);
    expect(launcher.output()).toContain('second: ended (exit code 7)');
    expect(launcher.output()).toContain("second can't go on");
    expect(launcher.output()).toMatch(/Log: .*second\.log/);
    expect(launcher.output()).toContain('Try: Look at the fixture.');
  });

  test('after Ctrl-C before the stack is ready', async () => {
    const launcher = start(['dev'], { parts: [{ name: 'first' }, { name: 'second', behaviour: 'mute' }] });
    await until(() => readNotes(launcher.notes).filter((line) => line.endsWith('listens')).length === 2, launcher);
    launcher.process.kill('SIGINT');
    expect(await launcher.ended).toBe(130);
    expect(aliveIn(launcher.notes)).toEqual([]);
  });

  test('of a part that ignores SIGTERM', async () => {
    const launcher = start(['dev'], { parts: [{ name: 'only', behaviour: 'stubborn', graceSeconds: 0.1 }] });
    await untilReady(launcher);
    launcher.process.kill('SIGTERM');
    await launcher.ended;
    expect(aliveIn(launcher.notes)).toEqual([]);
  });

  test('after kill -9 of a launcher that waits for its background supervisor', async () => {
    const launcher = start(['dev', '--detach'], { parts: [{ name: 'only', behaviour: 'mute' }] });
    await until(() => readNotes(launcher.notes).includes('only listens'), launcher);
    launcher.process.kill('SIGKILL');
    await untilNoneIsAlive(launcher);
    expect(pidsIn(launcher.notes)).not.toHaveLength(0);
  });
});

// A part is a parent with two processes that share its port.
describe('no process that shares the port of a part is left behind', () => {
  const sharing = [{ name: 'only', behaviour: 'share' }] as const;

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('after %s to the launcher', async (signal) => {
    const launcher = start(['dev'], { parts: sharing });
    await untilReady(launcher);
    await until(() => pidsIn(launcher.notes).length === 3, launcher);
    launcher.process.kill(signal);
    await launcher.ended;
    expect(aliveIn(launcher.notes)).toEqual([]);
  });

  test('after kill -9 of bootstrap and supervisor at once', async () => {
    const launcher = start(['dev'], { parts: sharing });
    await untilReady(launcher);
    await until(() => pidsIn(launcher.notes).length === 3, launcher);
    process.kill(readState(launcher.stateFile)?.supervisor.pid ?? 0, 'SIGKILL');
    launcher.process.kill('SIGKILL');
    await untilNoneIsAlive(launcher);
    expect(pidsIn(launcher.notes)).toHaveLength(3);
  });

  test('after kill -9 of one of them, which starts again, and a stop', async () => {
    const launcher = start(['dev'], { parts: sharing });
    await untilReady(launcher);
    await until(() => pidsIn(launcher.notes).length === 3, launcher);
    const parent = attachStack(launcher.stateFile).pid('only');
    const one = pidsIn(launcher.notes).find((pid) => pid !== parent) ?? 0;
    process.kill(one, 'SIGKILL');
    await until(() => pidsIn(launcher.notes).length === 4 && aliveIn(launcher.notes).length === 3, launcher);
    expect(attachStack(launcher.stateFile).pid('only')).toBe(parent);
    launcher.process.kill('SIGTERM');
    await launcher.ended;
    expect(aliveIn(launcher.notes)).toEqual([]);
  });

  test.each(['the command kill', 'kill -9 of the parent alone'])('after %s; the part starts again', async (way) => {
    const launcher = start(['dev'], { parts: sharing });
    await untilReady(launcher);
    await until(() => pidsIn(launcher.notes).length === 3, launcher);
    const before = pidsIn(launcher.notes);
    const stack = attachStack(launcher.stateFile);
    const parent = stack.pid('only');
    if (way === 'the command kill') stack.kill('only');
    else if (parent !== undefined) process.kill(parent, 'SIGKILL');
    await until(() => before.every((pid) => identityOf(pid) === undefined), launcher);
    await until(() => aliveIn(launcher.notes).length === 3, launcher);
    expect(pidsIn(launcher.notes)).toHaveLength(6);
  });
});

describe('in the background', () => {
  test('a stack outlives its launcher, status shows it, and one SIGTERM stops all of it', async () => {
    const launcher = start(['dev', '--detach'], { parts: twoParts });
    expect(await launcher.ended).toBe(0);
    expect(launcher.output()).toMatch(/^ready$/m);
    const state = readState(launcher.stateFile);
    expect(state !== undefined && isSupervised(state)).toBe(true);
    expect(aliveIn(launcher.notes)).toHaveLength(4);
    const { profile = '', supervisor = { pid: 0 } } = state ?? {};

    const status = start(['status', '--json'], { parts: twoParts, profile });
    expect(await status.ended).toBe(0);
    const { stacks } = JSON.parse(status.output());
    expect(stacks).toContainEqual(expect.objectContaining({ profile, running: true, ready: true }));

    process.kill(supervisor.pid, 'SIGTERM');
    await until(() => identityOf(supervisor.pid) === undefined, launcher);
    expect(aliveIn(launcher.notes)).toEqual([]);
  });
});

test('a second start of the same stack is refused and harms nothing', async () => {
  const launcher = start(['dev', '--detach'], { parts: twoParts });
  await launcher.ended;
  const { profile = '', supervisor = { pid: 0 } } = readState(launcher.stateFile) ?? {};
  const second = start(['dev'], { parts: twoParts, profile });
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`is already running (pid ${supervisor.pid})`);
  expect(aliveIn(launcher.notes)).toHaveLength(4);
  process.kill(supervisor.pid, 'SIGTERM');
  await until(() => identityOf(supervisor.pid) === undefined, launcher);
});
