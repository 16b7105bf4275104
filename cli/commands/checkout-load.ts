import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { createBar } from '../load/bar.ts';
import { latenciesOf } from '../load/latency.ts';
import { runLoad } from '../load/run.ts';
import { openLoadShop } from '../load/shop.ts';
import { printMany } from '../output.ts';
import { say, sayJson } from '../say.ts';

export interface LoadOptions {
  readonly email: string;
  readonly password: string;
  readonly concurrency: number;
}

/**
 * Makes many checkouts through the public API, with buyers and a product of its own, and tells how long they took. The
 * exit code is 5 unless all are COMPLETED.
 */
export async function loadCheckouts(context: Context, checkouts: number, options: LoadOptions): Promise<void> {
  const buyers = Math.min(options.concurrency, checkouts);
  await confirm(context, `Make ${checkouts} orders of ${buyers} new users at ${context.apiUrl}? They stay.`);
  const admin = await context.signIn(options.email, options.password);
  const each = Math.ceil(checkouts / buyers);
  const reason = `checkout load ${checkouts}`;
  const shop = await openLoadShop(context, { admin, buyers, each, checkouts, reason });
  const bar = createBar(checkouts);
  try {
    const startedAt = performance.now();
    const measured = await runLoad(shop, checkouts, bar.show);
    const seconds = (performance.now() - startedAt) / 1000;
    bar.end();
    const outcomes = latenciesOf(measured);
    const perSecond = Number((checkouts / seconds).toFixed(1));
    if (context.json) {
      const rounded = Number(seconds.toFixed(1));
      sayJson({ checkouts, concurrency: buyers, seconds: rounded, perSecond, outcomes });
    } else {
      printMany(
        outcomes.map((row) => ({ ...row })),
        false,
      );
      say(`${checkouts} checkouts by ${buyers} buyers in ${seconds.toFixed(1)} s: ${perSecond} per second`);
    }
    if (outcomes.some(({ outcome }) => outcome !== 'COMPLETED')) process.exitCode = exitCodes.unsuccessful;
  } finally {
    bar.end();
    await shop.close();
  }
}
