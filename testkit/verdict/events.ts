import { openBook } from './books.ts';

/**
 * Events that are not published, or that the cart has not taken in. After the last repair there must be none. The audit
 * allows an event a minute; this check allows nothing.
 */
export async function eventTroubles(env: Readonly<NodeJS.ProcessEnv>): Promise<string[]> {
  const orders = openBook(env, 'ORDER');
  const cart = openBook(env, 'CART');
  try {
    const waiting = await orders<{ id: string; type: string }[]>`
      select id, type from orders.outbox where published_at is null limit 20`;
    if (waiting.length > 0) return waiting.map(({ id, type }) => `event ${id} (${type}) was not published`);
    const published = await orders<{ id: string; type: string }[]>`
      select id, type from orders.outbox where published_at > now() - interval '1 hour'`;
    const heard = await cart<{ event_id: string }[]>`
      select event_id from cart.inbox where event_id = any(${published.map(({ id }) => id)})`;
    const known = new Set(heard.map((row) => row.event_id));
    const unheard = published.filter(({ id }) => !known.has(id));
    return unheard.map(({ id, type }) => `event ${id} (${type}) was published, but the cart has not taken it in`);
  } finally {
    await Promise.all([orders.end({ timeout: 5 }), cart.end({ timeout: 5 })]);
  }
}
