import { readDatabaseUrl } from '../../platform/config/database-url.ts';
import { openDatabase } from '../../platform/data/db/database.ts';
import { createOrderRepository } from '../../services/order/repository/index.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { printMany } from '../output.ts';
import { callPart, databasePart } from '../parts.ts';
import { settleLost, type Settled, type SettleLostOptions } from '../restore/settle-lost.ts';

/**
 * After a restore: ends workflows and creates lost orders again (cli/restore/settle-lost.ts).
 * @param env ORDER_DATABASE_URL or DATABASE_URL
 */
export async function settleLostCheckouts(
  context: Context,
  env: Readonly<NodeJS.ProcessEnv>,
  options: SettleLostOptions,
): Promise<void> {
  const url = readDatabaseUrl(env, 'order');
  const database = openDatabase({
    url,
    applicationName: 'cli',
    poolSize: 1,
  });
  try {
    await callPart(databasePart('order', url), database.check);
    const orders = createOrderRepository(database.db);
    const deps = { temporal: await context.temporal(), orders };
    if (!options.dryRun)
      await confirm(context, async () => questionOf(await settleLost(deps, { ...options, dryRun: true })));
    const settled = await settleLost(deps, options);
    printMany(
      settled.map(({ orderId, workflow, action }) => ({ orderId, workflow, action })),
      context.json,
    );
  } finally {
    await database.close();
  }
}

function questionOf(settled: readonly Settled[]): string | undefined {
  const ended = settled.filter(({ action }) => action === 'workflow ended').length;
  return settled.length === 0
    ? undefined
    : `End workflows (${ended}) and make lost orders again (${settled.length - ended})?`;
}
