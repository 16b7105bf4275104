import type { Context } from '../context.ts';
import { say, sayJson } from '../say.ts';
import type { Account } from '../who.ts';

/** Takes everything out of the cart of a buyer. An empty cart is none the worse for it. */
export async function clearCart(context: Context, { email, password }: Account): Promise<void> {
  const { cart: carts, asUser } = await context.signIn(email, password);
  const { cart } = await carts.clearCart({}, asUser);
  if (context.json) sayJson({ items: cart?.items.length ?? 0 });
  else say('the cart is empty');
}
