import type { Books } from './book.ts';
import { Tally, type Finding } from './finding.ts';

/** An event may take this long to reach its consumer. */
const patienceSeconds = 60;

/** Checks that the cart has processed the events of orders. Events of the last minute are ignored. */
export async function eventChecks(books: Books): Promise<Finding[]> {
  return [await outlivedClaims(books), await unprocessedEvents(books)];
}

async function outlivedClaims({ cart, orders }: Books): Promise<Finding> {
  const tally = new Tally('claim_outlived_order', 'no claim of a cart stays live after its order has ended');
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

async function unprocessedEvents({ cart, orders }: Books): Promise<Finding> {
  const tally = new Tally('published_event_was_heard', 'the cart has processed every published event');
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
