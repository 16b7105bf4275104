import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { startLoad } from '../../testkit/load.ts';
import { createRandom, seedFrom } from '../../testkit/random.ts';
import { openShop, type Shop } from '../../testkit/shopper/shop.ts';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { violationsOf } from '../../testkit/verdict/accounts.ts';
import { judge } from '../../testkit/verdict/verdict.ts';
import { startOwn, type OwnProcess } from './support/own-process.ts';

const buyers = 12;
const kills = 4;
let own: OwnProcess | undefined;
let shop: Shop | undefined;

afterEach(async () => {
  shop?.close();
  await own?.kill();
});

const failedCalls = ({ memory }: Shop) => [...memory.unanswered.values()].reduce((sum, count) => sum + count, 0);

test('kill -9 of processes that share the ports: only the calls in their hands fail, and the upkeep goes on', async () => {
  const settings = { PROCESSES: '2', LOG_LEVEL: 'debug', TEMPORAL_TASK_QUEUE: `processes-${randomUUID()}` };
  const platform = await startOwn(['all'], settings);
  const { api, grpc, processes, said } = platform;
  own = platform;
  const opened = openShop({ api, grpc, admin: adminCredentials() });
  shop = opened;
  const random = createRandom(seedFrom(process.env)).fork('processes');
  const load = await startLoad({ shop: opened, random, buyers });
  const keeper = () => said('this process does the upkeep from now on').at(-1) ?? 0;
  for (let kill = 0; kill < kills; kill++) {
    await load.goesOn(random.between(5, 15));
    const failed = failedCalls(opened);
    const before = keeper();
    // The keeper in every second round, so that the upkeep moves.
    const number = kill % 2 === 0 ? before : 3 - before;
    const pid = processes().get(number);
    if (pid === undefined) throw new Error(`process ${number} does not run`);
    process.kill(pid, 'SIGKILL');
    await eventually(
      'another process',
      () => said('the process is ready').length,
      (ready) => ready === kill + 1,
    );
    expect(keeper()).toBe(3 - number);
    expect(processes().size).toBe(2);
    // A buyer has at most two calls on their way: a repeat is answered by the other process.
    expect(failedCalls(opened) - failed).toBeLessThanOrEqual(2 * buyers);
  }
  await load.goesOn(10);
  await load.stop();
  expect(violationsOf(await judge(opened, process.env))).toEqual([]);
  const { code, complaints } = await platform.terminate();
  expect(code, complaints.join('\n')).toBe(0);
  expect(platform.errors()).toEqual([]);
});
