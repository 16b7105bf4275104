import type { Books, Finding, Violation } from './audit.ts';

const batchSize = 1000;
/** Events may be under way for so long without anything being wrong. */
const patienceSeconds = 60;

/** Checks that what orders told has been heard by the cart; looks only at what is older than a minute. */
export async function eventChecks(books: Books): Promise<Finding[]> {
  return [await outlivedClaims(books), await unheardEvents(books)];
}

async function outlivedClaims({ cart, orders }: Books): Promise<Finding> {
  const violations: Violation[] = [];
  const claims = cart<{ order_id: string }[]>`select order_id from cart.claims where state = 'CLAIMED'`;
  for await (const batch of claims.cursor(batchSize)) {
    const ids = batch.map((claim) => claim.order_id);
    const ended = await orders<Violation[]>`
      select id as order_id, status from orders.orders
      where id = any(${ids}) and status <> 'PENDING' and update_time < now() - make_interval(secs => ${patienceSeconds})`;
    violations.push(...ended);
  }
  return { invariant: 'no claim of a cart outlives its order', violations };
}

async function unheardEvents({ cart, orders }: Books): Promise<Finding> {
  const violations: Violation[] = [];
  const published = orders<{ id: string; type: string; aggregate_id: string }[]>`
    select id, type, aggregate_id from orders.outbox
    where published_at between now() - interval '1 day' and now() - make_interval(secs => ${patienceSeconds})`;
  for await (const batch of published.cursor(batchSize)) {
    const ids = batch.map((event) => event.id);
    const heard = await cart<{ event_id: string }[]>`
      select event_id from cart.inbox where consumer = 'cart' and event_id = any(${ids})`;
    const known = new Set(heard.map((row) => row.event_id));
    violations.push(...batch.filter((event) => !known.has(event.id)));
  }
  return { invariant: 'every published event has been heard by the cart', violations };
}
