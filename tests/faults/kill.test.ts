import { expect } from 'vitest';
import { serviceRoles, type Role, type Server } from '../../testkit/stack/parts.ts';
import { scenario, type Scenario } from './support/scenario.ts';

const buyers = 14;

/** Kills the role several times with checkouts in flight. Between two kills a random number of orders ends. */
async function killUnderLoad(run: Scenario, role: Role | Server, times: number): Promise<void> {
  const { parts, random } = run;
  const load = await run.load({ buyers });
  for (let time = 0; time < times; time++) {
    await load.goesOn(random.between(4, 16));
    const victim = random.pick(parts.of(role));
    await parts.untilUp(victim);
    parts.kill(victim);
  }
  await load.goesOn(12);
  await load.stop();
  const verdict = await run.judge();
  expect(verdict.completed).toBeGreaterThan(10);
}

for (const role of serviceRoles) {
  scenario(`kill -9 of ${role} under load: 0 violations, every order ends`, (run) => killUnderLoad(run, role, 3));
}

scenario('kill -9 of the Temporal server under load: 0 violations, every order ends', (run) =>
  killUnderLoad(run, 'temporal', 2),
);

scenario('kill -9 of Postgres under load: 0 violations, and no process needs a restart', async (run) => {
  const pids = () => serviceRoles.flatMap((role) => run.parts.of(role)).map((part) => run.parts.pid(part));
  const before = pids();
  await killUnderLoad(run, 'postgres', 2);
  expect(pids()).toEqual(before);
});
