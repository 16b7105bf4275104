import { setTimeout as delay } from 'node:timers/promises';
import { idleTransactions } from '../bars.ts';
import { readCpu } from '../cpu.ts';
import { createNotes } from '../figures.ts';
import { openDatabase } from '../stack/database.ts';
import { readMetrics } from '../stack/metrics.ts';
import type { Row } from './row.ts';

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
    const read = async () => ({
      atMs: performance.now(),
      transactions: await database.transactions(),
      statements: (await readMetrics(platform.metricsUrls)).get(statements) ?? Number.NaN,
      cpu: process.platform === 'linux' ? readCpu(platform.ours(), platform.servers()) : {},
    });
    try {
      context.say(`nobody calls for ${warmUpSeconds + seconds} s`);
      await delay(1000 * warmUpSeconds);
      const before = await read();
      await delay(1000 * seconds);
      const after = await read();
      const passed = (after.atMs - before.atMs) / 1000;
      // The first reading is a transaction that the second one sees.
      const transactions = Math.max(0, after.transactions - before.transactions - 1);
      if (context.lengths.exactTransactions) notes.add(idleTransactions, transactions / passed, '/s');
      notes.add('statements, idle', (after.statements - before.statements) / passed, '/s');
      for (const [name, ms] of Object.entries(after.cpu))
        notes.add(`processor time each second: ${name}`, (ms - (before.cpu[name] ?? 0)) / passed, 'ms');
    } finally {
      await database.close();
    }
    return notes.findings();
  },
};
