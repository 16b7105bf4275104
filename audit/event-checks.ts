import type { Books } from './book.ts';
import { Tally, type Finding } from './finding.ts';

/** Events may be under way for so long without anything being wrong. */
const patienceSeconds = 60;

/** Checks that what orders told has been heard by the cart; looks only at what is older than a minute. */
export async function eventChecks(books: Books): Promise<Finding[]> {
  return [await outlivedClaims(books), await unheardEvents(books)];
}

async function outlivedClaims({ cart, orders }: Books): Promise<Finding> {
  const tally = new Tally('claim_outlived_order', 'no claim of a cart outlives its order');
  const claims = cart.batches<{ order_id: string }>(`select order_id from cart.claims where state = 'CLAIMED'`);
  for await (const batch of claims) {
    const ids = batch.map((claim) => claim.order_id);
    tally.add(
      ...(await orders.rows(
        `select id as order_id, status from orders.orders
         where id = any($1) and status <> 'PENDING' and update_time < now() - make_interval(secs => $2)`,
        [ids, patienceSeconds],
      )),
    );
  }
  return tally.finding();
}

async function unheardEvents({ cart, orders }: Books): Promise<Finding> {
  const tally = new Tally('published_event_was_heard', 'every published event has been heard by the cart');
  const published = orders.batches<{ id: string; type: string; aggregate_id: string }>(
    `select id, type, aggregate_id from orders.outbox
     where published_at between now() - interval '1 day' and now() - make_interval(secs => $1)`,
    [patienceSeconds],
  );
  for await (const batch of published) {
    const ids = batch.map((event) => event.id);
    const heard = await cart.rows<{ event_id: string }>(
      `select event_id from cart.inbox where consumer = 'cart' and event_id = any($1)`,
      [ids],
    );
    const known = new Set(heard.map((row) => row.event_id));
    tally.add(...batch.filter((event) => !known.has(event.id)));
  }
  return tally.finding();
}
