import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

scenario('worker and checkout are killed with -9 under load: nothing is lost, doubled or stuck', async (run) => {
  const { parts, random } = run;
  const load = await run.load({ buyers: 12 });
  for (const role of ['worker', 'checkout', 'worker'] as const) {
    await load.goesOn(random.between(5, 15));
    parts.kill(random.pick(parts.of(role)));
  }
  await load.goesOn(10);
  await load.stop();
  const verdict = await run.judge();
  expect(verdict.completed).toBeGreaterThan(10);
});

scenario('Postgres is killed with -9 under load: nothing is lost, and no process needs a restart', async (run) => {
  const { parts, random } = run;
  const load = await run.load({ buyers: 12 });
  const pids = () => [...parts.of('checkout'), ...parts.of('worker')].map((part) => parts.pid(part));
  const before = pids();
  await load.goesOn(random.between(5, 15));
  for (const part of parts.of('postgres')) parts.kill(part);
  await load.goesOn(15);
  await load.stop();
  const verdict = await run.judge();
  expect(verdict.completed).toBeGreaterThan(10);
  expect(pids()).toEqual(before);
});
