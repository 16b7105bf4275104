import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { say, sayJson } from '../say.ts';
import type { Account } from '../who.ts';

/** Takes everything out of the cart of a buyer. An empty cart is none the worse for it. */
export async function clearCart(context: Context, { email, password }: Account): Promise<void> {
  const { cart: carts, asUser } = await context.signIn(email, password);
  await confirm(context, async () => {
    const { cart: held } = await carts.getCart({}, asUser);
    const lines = held?.items.length ?? 0;
    return lines === 0
      ? undefined
      : `Take everything (${lines === 1 ? '1 line' : `${lines} lines`}) out of the cart of ${email}?`;
  });
  const { cart } = await carts.clearCart({}, asUser);
  if (context.json) sayJson({ items: cart?.items.length ?? 0 });
  else say('the cart is empty');
}
