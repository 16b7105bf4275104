import { expect, test } from 'vitest';
import { createLogger } from '../../telemetry/logger.ts';
import { openDatabase } from './database.ts';
import { createOutage } from './outage.ts';

test('an outage is one error, however many calls fail, and its end is told', async () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const outage = createOutage(createLogger({ role: 'wallet', destination }));
  const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'away', outage });
  await Promise.allSettled([away.check(), away.check()]);
  await away.check().catch(() => undefined);
  outage.opened();
  outage.opened();
  expect(lines.map(({ level, msg, err }) => [level, msg, err])).toEqual([
    ['error', 'the database does not answer', 'connect ECONNREFUSED 127.0.0.1:1'],
    ['info', 'the database answers again', undefined],
  ]);
  await away.close();
});
