import type { Cart } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import type { Item } from '../arguments.ts';
import type { Context } from '../context.ts';
import { CliError, exitCodes } from '../exit.ts';
import { failureOf } from '../failure.ts';
import { printOne } from '../output.ts';
import { productIdOf } from '../product.ts';
import { warn } from '../say.ts';
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

/**
 * Checks out the cart of a user through the public API, as any client does. What the cart held before is bought, too, and
 * told. The exit code is 5 if it FAILED.
 */
export async function startCheckout(context: Context, options: StartOptions): Promise<void> {
  const { cart, checkout, products, asUser } = await context.signIn(options.email, options.password);
  const items = await Promise.all(
    options.item.map(async ({ product, quantity }) => ({ productId: await productIdOf(products, product), quantity })),
  );
  // A repeat would find what its first attempt has put in.
  const isFirst = items.length > 0 && options.requestId === undefined;
  const held = isFirst ? heldBy((await cart.getCart({}, asUser)).cart) : '';
  if (held !== '' && !context.json)
    warn(`the cart already held ${held}, which is bought, too; \`cart clear\` empties it`);
  const { answer, requestId } = await repeatable(options.requestId, async (requestId, signal) => {
    const call = { ...asUser, signal };
    for (const [step, item] of items.entries())
      await cart.addItem({ ...item, requestId: requestIdOfStep(requestId, step) }, call);
    const wait = { seconds: BigInt(options.wait), nanos: 0 };
    return { answer: await checkout.startCheckout({ requestId, wait }, call), requestId };
  }).catch((error: unknown) => unlessFull(error, held));
  const started = answer.checkout;
  if (started === undefined) throw new Error('the answer of the checkout service contains no checkout');
  printOne(
    {
      orderId: started.orderId,
      state: checkoutState(started.state, context),
      reason: started.failure?.reason,
      message: started.failure?.message,
      total: money(started.total),
      ...(held !== '' && context.json && { cartAlreadyHeld: held }),
      requestId,
      workflow: await context.lastRunUrl(started.workflowId),
    },
    context.json,
  );
  if (hasFailed(started.state)) process.exitCode = exitCodes.unsuccessful;
}

const mostNamed = 3;

/** For example "2 × Desk Lamp, 1 × Bulb and 4 more"; '' for an empty cart. */
function heldBy(cart: Cart | undefined): string {
  const items = cart?.items ?? [];
  const named = items.slice(0, mostNamed).map(({ quantity, name }) => `${quantity} × ${name}`);
  const others = items.length - named.length;
  return `${named.join(', ')}${others === 0 ? '' : ` and ${others} more`}`;
}

/** Says why a cart takes no more pieces, if that is because of what was in it before. */
function unlessFull(error: unknown, held: string): never {
  const { failure, exitCode } = failureOf(error);
  if (held === '' || failure.reason !== 'CART_LIMIT_EXCEEDED') throw error;
  const message = `${failure.message}, and the cart already held ${held}; \`cart clear\` empties it`;
  throw new CliError(failure.reason, exitCode, message, error);
}
