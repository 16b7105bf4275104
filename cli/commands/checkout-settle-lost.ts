import { readDatabaseUrl } from '../../platform/config/database-url.ts';
import { openDatabase } from '../../platform/data/db/database.ts';
import { createOrderRepository } from '../../services/order/repository/index.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { printMany } from '../output.ts';
import { callPart, databasePart } from '../parts.ts';
import { answeringTemporal } from '../trail-temporal.ts';
import { onTrail } from '../trail.ts';
import { settleLost, type Settled, type SettleLostOptions } from '../restore/settle-lost.ts';

export interface SettleOptions extends SettleLostOptions {
  /** Why, for the audit trail. */
  readonly reason: string;
}

/**
 * After a restore: ends workflows and creates lost orders again (cli/restore/settle-lost.ts). It needs
 * ORDER_DATABASE_URL or DATABASE_URL.
 */
export async function settleLostCheckouts(context: Context, { reason, ...options }: SettleOptions): Promise<void> {
  const url = readDatabaseUrl(context.env, 'order');
  const database = openDatabase({
    url,
    applicationName: 'cli',
    poolSize: 1,
  });
  try {
    await callPart(databasePart('order', url), database.check);
    const orders = createOrderRepository(database.db);
    const deps = { temporal: await context.temporal(), orders };
    if (options.dryRun) {
      print(context, await settleLost(deps, options));
      return;
    }
    await confirm(context, async () => questionOf(await settleLost(deps, { ...options, dryRun: true })));
    const subject = `since ${options.since?.toISOString() ?? 'the oldest workflow'}`;
    await onTrail(context, { action: 'checkout.settle-lost', subject, reason }, async () => {
      await answeringTemporal(context);
      const settled = await settleLost(deps, options);
      print(context, settled);
      const { ended, made } = countsOf(settled);
      return { detail: `workflows ended: ${ended}, orders made again: ${made}` };
    });
  } finally {
    await database.close();
  }
}

function print({ json }: Context, settled: readonly Settled[]): void {
  printMany(
    settled.map(({ orderId, workflow, action }) => ({ orderId, workflow, action })),
    json,
  );
}

function countsOf(settled: readonly Settled[]): { readonly ended: number; readonly made: number } {
  const ended = settled.filter(({ action }) => action === 'workflow ended').length;
  return { ended, made: settled.length - ended };
}

function questionOf(settled: readonly Settled[]): string | undefined {
  const { ended, made } = countsOf(settled);
  return settled.length === 0 ? undefined : `End workflows (${ended}) and make lost orders again (${made})?`;
}
