import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { isAlive } from '../../platform/testing/is-alive.ts';
import { readState } from '../../deploy/dev/supervisor/state.ts';
import { launch, type Launcher } from '../../deploy/dev/testing/launcher.ts';
import { createTimeline } from '../timeline.ts';
import { openParts } from './parts.ts';

let launcher: Launcher | undefined;
afterEach(() => launcher?.clear());

test('one of the processes that share the ports of a part is killed by its name, and its part goes on', async () => {
  const started = launch(['dev', '--detach'], { parts: [{ name: 'app', behaviour: 'share' }, { name: 'other' }] });
  launcher = started;
  expect(await started.ended, started.output()).toBe(0);
  const timeline = createTimeline();
  const parts = openParts(started.stateFile, timeline);
  expect([parts.sharing('app'), parts.sharing('other')]).toEqual([['app/1', 'app/2'], []]);
  const [parent, one = 0, two] = ['app', 'app/1', 'app/2'].map((name) => parts.pid(name));

  parts.kill('app/1');
  await eventually(
    'its end',
    () => isAlive(one),
    (alive) => !alive,
  );
  await parts.heal();
  expect(timeline.toString()).toContain(`kill -9 app/1 (pid ${one})`);
  expect([timeline.count('kill -9 app/1 '), timeline.count('kill -9 app ')]).toEqual([1, 0]);
  expect([parts.pid('app'), parts.pid('app/2')]).toEqual([parent, two]);
  expect(parts.isUp('app/1') && parts.pid('app/1') !== one).toBe(true);
  expect(readState(started.stateFile)?.parts.map(({ restarts }) => restarts)).toEqual([0, 0]);
});
