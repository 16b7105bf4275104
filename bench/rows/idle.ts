import { setTimeout as delay } from 'node:timers/promises';
import { idleProcessor, idleTransactions } from '../bars.ts';
import { readCpu, sumOf } from '../cpu.ts';
import { createNotes } from '../figures.ts';
import { countedAfterSeconds, openDatabase, type Database } from '../stack/database.ts';
import { readMetrics } from '../stack/metrics.ts';
import type { Row } from './row.ts';

const noRoots = new Map<string, number>();
const statements = 'db_query_duration_seconds_count';

/** What the platform does while nobody calls it. */
export const idle: Row = {
  name: 'idle',
  about: 'transactions and statements on Postgres, and processor time, while nobody calls',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    const { warmUpSeconds, seconds } = context.lengths.idle;
    const database = await openDatabase(platform.databaseUrl);
    const statementsSoFar = async () => (await readMetrics(platform.metricsUrls)).get(statements) ?? Number.NaN;
    const read = async () => ({
      atMs: performance.now(),
      transactions: await database.transactions(),
      ours: process.platform === 'linux' ? readCpu(platform.ours(), noRoots) : {},
      servers: process.platform === 'linux' ? readCpu(noRoots, platform.servers()) : {},
    });
    try {
      // Postgres' own upkeep after the load before is not what the platform does.
      await autovacuum(database, 'off');
      context.say(`nobody calls for ${warmUpSeconds + seconds} s`);
      await delay(1000 * warmUpSeconds);
      // To read the metrics is to ask the database, so it is done outside of the time that counts.
      const statementsBefore = { atMs: performance.now(), count: await statementsSoFar() };
      if (context.lengths.exactTransactions) await delay(1000 * countedAfterSeconds);
      const before = await read();
      await delay(1000 * seconds);
      const after = await read();
      const passed = (after.atMs - before.atMs) / 1000;
      // The first reading is a transaction that the second one sees.
      const transactions = Math.max(0, after.transactions - before.transactions - 1);
      if (context.lengths.exactTransactions) notes.add(idleTransactions, transactions / passed, '/s');
      const inSeconds = (performance.now() - statementsBefore.atMs) / 1000;
      notes.add('statements, idle', ((await statementsSoFar()) - statementsBefore.count) / inSeconds, '/s');
      for (const whose of ['ours', 'servers'] as const)
        for (const [name, ms] of Object.entries(after[whose]))
          notes.add(`processor time each second: ${name}`, (ms - (before[whose][name] ?? 0)) / passed, 'ms');
      if (process.platform === 'linux')
        notes.add(idleProcessor, (sumOf(after.ours) - sumOf(before.ours)) / passed, 'ms');
    } finally {
      await autovacuum(database, 'on');
      await database.close();
    }
    return notes.findings();
  },
};

async function autovacuum(database: Database, state: 'on' | 'off'): Promise<void> {
  await database.run(`alter system set autovacuum = ${state}`);
  await database.run('select pg_reload_conf()');
}
