import { expect } from 'vitest';
import type { Role, Server } from '../../testkit/stack/parts.ts';
import { scenario, type Scenario } from './support/scenario.ts';

/** A frozen process keeps its connections and does not answer. When it goes on, it acts on old knowledge. */
async function freezeUnderLoad(run: Scenario, role: Role | Server, seconds: number): Promise<void> {
  const { parts, random } = run;
  const load = await run.load({ buyers: 12 });
  await load.goesOn(random.between(4, 12));
  await run.inflict({ kind: 'freeze', part: random.pick(parts.of(role)), ms: seconds * 1000 });
  await load.goesOn(12);
  await load.stop();
  const verdict = await run.judge();
  expect(verdict.completed).toBeGreaterThan(10);
}

// Longer than the timeouts of a workflow task and a step, so Temporal gives both to another worker meanwhile.
scenario('SIGSTOP of the worker for 15 s under load: 0 violations', (run) => freezeUnderLoad(run, 'worker', 15));

scenario('SIGSTOP of the wallet for 6 s under load: 0 violations', (run) => freezeUnderLoad(run, 'wallet', 6));

scenario('SIGSTOP of products for 6 s under load: 0 violations', (run) => freezeUnderLoad(run, 'products', 6));

scenario('SIGSTOP of the relay for 25 s, longer than its lease: every event has its effect once', (run) =>
  freezeUnderLoad(run, 'relay', 25),
);
