import type { Facts, TimelineEntry } from '../facts.ts';

/** The claim on the buyer's cart, and its end. */
export function cartEntries({ claim }: Facts): readonly TimelineEntry[] {
  const known = claim?.known;
  if (known === undefined) return [];
  const { state, cartVersion, createTime, endTime } = known;
  const entry = (time: Date, kind: string, text: string, fields: Readonly<Record<string, string>> = {}) =>
    ({ time, part: 'cart', kind, text, fields }) satisfies TimelineEntry;
  const entries: TimelineEntry[] = [];
  if (cartVersion > 0n)
    entries.push(
      entry(createTime, 'cart.claimed', 'the cart was claimed for the order', { cart_version: String(cartVersion) }),
    );
  else if (state === 'RELEASED')
    return [entry(createTime, 'cart.barred', 'the cart was not claimed for the order, and a late claim is refused')];
  if (state === 'CONSUMED' && endTime !== undefined)
    entries.push(entry(endTime, 'cart.consumed', 'what was bought has left the cart'));
  if (state === 'RELEASED' && endTime !== undefined)
    entries.push(entry(endTime, 'cart.released', 'the cart is free again and keeps its items'));
  return entries;
}
