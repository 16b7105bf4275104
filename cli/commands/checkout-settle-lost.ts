import { readDatabaseUrl } from '../../platform/config/database-url.ts';
import { openDatabase } from '../../platform/data/db/database.ts';
import { createOrderRepository } from '../../services/order/repository/index.ts';
import type { Context } from '../context.ts';
import { printMany } from '../output.ts';
import { callPart, databasePart } from '../parts.ts';
import { settleLost, type SettleLostOptions } from '../restore/settle-lost.ts';

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
    const settled = await settleLost({ temporal: await context.temporal(), orders }, options);
    printMany(
      settled.map(({ orderId, workflow, action }) => ({ orderId, workflow, action })),
      context.json,
    );
  } finally {
    await database.close();
  }
}
