import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { serviceRoles, type Parts } from '../../testkit/stack/parts.ts';
import { openBook } from '../../testkit/verdict/books.ts';
import { scenario, type Scenario } from './support/scenario.ts';

const pidsOf = (parts: Parts) => serviceRoles.flatMap((role) => parts.of(role)).map((part) => parts.pid(part));

/** Ends all other connections to the database, as a failover does. Gives their number. */
async function cutAllConnections(): Promise<number> {
  const book = openBook(process.env, 'ORDER');
  try {
    const cut = await book`
      select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    return cut.length;
  } finally {
    await book.end({ timeout: 5 });
  }
}

/** Runs a fault of the database under load. Afterwards the same processes must go on without a restart. */
async function underLoad(run: Scenario, hurt: () => Promise<void>): Promise<void> {
  const load = await run.load({ buyers: 14 });
  await load.goesOn(run.random.between(4, 16));
  const before = pidsOf(run.parts);
  await hurt();
  await load.goesOn(14);
  await load.stop();
  const verdict = await run.judge();
  expect(verdict.completed).toBeGreaterThan(10);
  expect(pidsOf(run.parts)).toEqual(before);
}

scenario('Postgres is stopped for 30 s under load: 0 violations, recovery without a restart', (run) =>
  underLoad(run, () => run.inflict({ kind: 'stop', part: 'postgres', ms: 30_000 })),
);

scenario('all connections to Postgres are cut five times under load: 0 violations, recovery without a restart', (run) =>
  underLoad(run, async () => {
    for (let time = 0; time < 5; time++) {
      run.timeline.note(`sql: ${await cutAllConnections()} connections cut`);
      await sleep(run.random.between(300, 1500));
    }
  }),
);

const needsProxies = true;

scenario(
  'the network resets connections to Postgres under load: 0 violations, recovery without a restart',
  (run) =>
    underLoad(run, async () => {
      for (let time = 0; time < 4; time++) {
        const ms = run.random.between(100, 3000);
        await run.inflict({ kind: 'proxy', proxy: 'postgres', fault: { mode: 'reset' }, ms });
        await sleep(run.random.between(500, 1500));
      }
    }),
  { needsProxies },
);

scenario(
  'the network swallows all traffic to Postgres for 15 s under load: 0 violations, recovery without a restart',
  (run) =>
    underLoad(run, () => run.inflict({ kind: 'proxy', proxy: 'postgres', fault: { mode: 'blackhole' }, ms: 15_000 })),
  { needsProxies },
);

scenario(
  'answers of Postgres are cut in the middle under load: 0 violations',
  (run) =>
    underLoad(run, async () => {
      for (let time = 0; time < 4; time++) {
        const bytes = run.random.between(50, 20_000);
        await run.inflict({ kind: 'proxy', proxy: 'postgres', fault: { mode: 'cut', bytes }, ms: 2000 });
        await sleep(500);
      }
    }),
  { needsProxies },
);

scenario(
  'a slow network to Postgres for 10 s under load: 0 violations',
  (run) => {
    const fault = { mode: 'latency', ms: 120, jitterMs: 80 } as const;
    return underLoad(run, () => run.inflict({ kind: 'proxy', proxy: 'postgres', fault, ms: 10_000 }));
  },
  { needsProxies },
);
