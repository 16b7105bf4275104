import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { printOne } from '../output.ts';
import { checkoutState, hasFailed, money } from '../format.ts';

export interface StartOptions {
  readonly email: string;
  readonly password: string;
  /** Products that are added to the cart first. */
  readonly item: readonly { productId: string; quantity: number }[];
  readonly requestId?: string;
  readonly wait: number;
}

/** Checks out the cart of a user through the public API, as any client does. The exit code is 5 if it FAILED. */
export async function startCheckout(context: Context, options: StartOptions): Promise<void> {
  const { cart, checkout, asUser } = await context.signIn(options.email, options.password);
  for (const item of options.item) await cart.addItem(item, asUser);
  const answer = await checkout.startCheckout(
    { requestId: options.requestId ?? randomUUID(), wait: { seconds: BigInt(options.wait), nanos: 0 } },
    asUser,
  );
  const started = answer.checkout;
  if (started === undefined) throw new Error('the answer of the checkout service contains no checkout');
  printOne(
    {
      orderId: started.orderId,
      state: checkoutState(started.state),
      reason: started.failure?.reason,
      message: started.failure?.message,
      total: money(started.total),
      workflow: await context.lastRunUrl(started.workflowId),
    },
    context.json,
  );
  if (hasFailed(started.state)) process.exitCode = exitCodes.unsuccessful;
}
