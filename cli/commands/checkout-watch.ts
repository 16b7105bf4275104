import { visibleLine } from '../../platform/telemetry/visible.ts';
import { accountOf, openSession, type MaybeAccount } from '../account.ts';
import { outputClosed } from '../closed-output.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { readAs } from '../read-order.ts';
import { say, sayJson } from '../say.ts';
import { lookAsBuyer } from '../sights/buyer.ts';
import { lookAsOperator } from '../sights/operator.ts';
import { lookAsSupport } from '../sights/support.ts';
import { watch, type Change, type Look } from '../sights/watch.ts';

const timeWidth = new Date(0).toISOString().length;

/**
 * Tells each state of an order and each step of its workflow until the order has ended. The exit code is 5 if it
 * ended FAILED or CANCELLED, but not if it was refunded later.
 */
export async function watchCheckout(context: Context, orderId: string, given: MaybeAccount): Promise<void> {
  const tell = (change: Change, at: Date | undefined) => print(change, at, context.json);
  const end = await watch(await lookOf(context, orderId, given), tell, outputClosed);
  if (end !== undefined && !end.wasCompleted) process.exitCode = exitCodes.unsuccessful;
}

/** @throws ORDER_NOT_FOUND */
async function lookOf(context: Context, orderId: string, given: MaybeAccount): Promise<Look> {
  const account = accountOf(context, given);
  if (account === undefined) return lookAsOperator(context, orderId);
  const session = await openSession(context, account);
  const { isOwn } = await readAs(session, orderId);
  return isOwn ? lookAsBuyer(session, orderId) : lookAsSupport(session, orderId);
}

function print({ kind, text }: Change, at: Date | undefined, json: boolean): void {
  const time = at?.toISOString();
  if (json) sayJson({ time, kind, text });
  else say(`${(time ?? '').padEnd(timeWidth)}  ${kind.padEnd('order'.length)}  ${visibleLine(text)}`);
}
