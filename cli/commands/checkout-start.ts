import type { Item } from '../arguments.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { printOne } from '../output.ts';
import { productIdOf } from '../product.ts';
import { repeatable, requestIdOfStep } from '../repeatable.ts';
import { checkoutState, hasFailed, money } from '../format.ts';

export interface StartOptions {
  readonly email: string;
  readonly password: string;
  /** Products that are added to the cart first. */
  readonly item: readonly Item[];
  readonly requestId?: string;
  readonly wait: number;
}

/** Checks out the cart of a user through the public API, as any client does. The exit code is 5 if it FAILED. */
export async function startCheckout(context: Context, options: StartOptions): Promise<void> {
  const { cart, checkout, products, asUser } = await context.signIn(options.email, options.password);
  const items = await Promise.all(
    options.item.map(async ({ product, quantity }) => ({ productId: await productIdOf(products, product), quantity })),
  );
  const { answer, requestId } = await repeatable(options.requestId, async (requestId, signal) => {
    const call = { ...asUser, signal };
    for (const [step, item] of items.entries())
      await cart.addItem({ ...item, requestId: requestIdOfStep(requestId, step) }, call);
    const wait = { seconds: BigInt(options.wait), nanos: 0 };
    return { answer: await checkout.startCheckout({ requestId, wait }, call), requestId };
  });
  const started = answer.checkout;
  if (started === undefined) throw new Error('the answer of the checkout service contains no checkout');
  printOne(
    {
      orderId: started.orderId,
      state: checkoutState(started.state, context),
      reason: started.failure?.reason,
      message: started.failure?.message,
      total: money(started.total),
      requestId,
      workflow: await context.lastRunUrl(started.workflowId),
    },
    context.json,
  );
  if (hasFailed(started.state)) process.exitCode = exitCodes.unsuccessful;
}
