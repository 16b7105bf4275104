import type { CartItem } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import type { Context } from '../context.ts';
import { money } from '../format.ts';
import { printMany } from '../output.ts';
import { say, sayJson } from '../say.ts';
import type { Row } from '../table.ts';
import type { Account } from '../who.ts';

/** Shows the cart of a buyer with current prices. A line that cannot be bought now tells why. */
export async function showCart(context: Context, { email, password }: Account): Promise<void> {
  const { cart: carts, asUser } = await context.signIn(email, password);
  const { cart } = await carts.getCart({}, asUser);
  const items = (cart?.items ?? []).map(itemRow);
  const total = money(cart?.total);
  if (context.json) {
    sayJson({ items, total });
    return;
  }
  if (items.length === 0) {
    say('the cart is empty');
    return;
  }
  printMany(items, false, { whole: ['productId'], text: ['name'], below: ['problem'] });
  say(`\ntotal  ${total}`);
}

function itemRow({ productId, name, quantity, unitPrice, lineTotal, unavailableReason }: CartItem): Row {
  const prices = { unitPrice: money(unitPrice), lineTotal: money(lineTotal) };
  return { productId, name, quantity, ...prices, problem: unavailableReason ?? '' };
}
