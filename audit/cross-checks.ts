import type { Books } from './book.ts';
import { Tally, type Finding } from './finding.ts';
import {
  endedOrders,
  holdsOf,
  knownOrders,
  reservationsOf,
  type HoldFacts,
  type OrderFacts,
  type ReservationFacts,
} from './order-facts.ts';

interface OneOrder {
  readonly order: OrderFacts;
  readonly hold: HoldFacts | undefined;
  readonly reservation: ReservationFacts | undefined;
}

/** An invariant across services, checked for one order at a time. */
interface OrderInvariant {
  readonly id: string;
  readonly name: string;
  readonly holds: (facts: OneOrder) => boolean;
}

const kept = (hold: HoldFacts | undefined): boolean =>
  hold?.state === 'CAPTURED' && hold.refunded_minor !== hold.amount_minor;
const sold = (reservation: ReservationFacts | undefined): boolean =>
  reservation?.state === 'COMMITTED' && !reservation.restocked;

const orderInvariants: readonly OrderInvariant[] = [
  {
    id: 'completed_means_paid_and_sold',
    name: 'a completed order is paid and its goods are sold; any other ended order has neither',
    holds: ({ order, hold, reservation }) => {
      // A refund returns the money before the goods. So while it runs, the goods may be sold without the money, but the
      // money must not be kept without the goods.
      if (order.status === 'COMPLETED' && order.refunding) return sold(reservation) || !kept(hold);
      const completed = order.status === 'COMPLETED';
      return kept(hold) === completed && sold(reservation) === completed;
    },
  },
  {
    id: 'cancelled_after_completion_means_refunded',
    name: 'an order that was completed and then cancelled is refunded in full and restocked',
    holds: ({ order, hold, reservation }) =>
      !(order.status === 'CANCELLED' && order.was_completed) ||
      (hold?.state === 'CAPTURED' && !kept(hold) && reservation?.restocked === true),
  },
  {
    id: 'taken_is_what_order_costs',
    name: 'the captured money is the total of the order, and the committed quantities are those of its lines',
    holds: ({ order, hold, reservation }) =>
      (hold?.state !== 'CAPTURED' ||
        (hold.amount_minor === order.total_minor && hold.currency_code === order.currency_code)) &&
      (reservation?.state !== 'COMMITTED' || sameQuantities(reservation.quantities, order.quantities ?? {})),
  },
  {
    id: 'ended_order_holds_nothing',
    name: 'an ended order holds neither money nor stock',
    holds: ({ hold, reservation }) => hold?.state !== 'HELD' && reservation?.state !== 'ACTIVE',
  },
];

/** Checks that money and stock match the orders, for all orders that ended at least `settledSeconds` ago. */
export async function crossChecks(books: Books, settledSeconds: number): Promise<Finding[]> {
  const tallies = orderInvariants.map((invariant) => ({ invariant, tally: new Tally(invariant.id, invariant.name) }));
  for await (const batch of endedOrders(books.orders, settledSeconds)) {
    const ids = batch.map((order) => order.id);
    const holds = await holdsOf(books.wallet, ids);
    const reservations = await reservationsOf(books.products, ids);
    for (const order of batch) {
      const facts = { order, hold: holds.get(order.id), reservation: reservations.get(order.id) };
      for (const { invariant, tally } of tallies) if (!invariant.holds(facts)) tally.add({ ...facts });
    }
  }
  return [...tallies.map(({ tally }) => tally.finding()), await unknownOrders(books)];
}

function sameQuantities(left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>): boolean {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => left[key] === right[key]);
}

/**
 * Finds money that was taken, or goods that were sold, for an order that does not exist and that were not given back.
 */
async function unknownOrders({ orders, wallet, products }: Books): Promise<Finding> {
  const tally = new Tally(
    'nothing_taken_for_unknown_order',
    'no money was taken and no goods were sold for an order that does not exist',
  );
  const sources = [
    wallet.batches<{ order_id: string }>(
      `select h.order_id, h.user_id, h.amount_minor::text, h.currency_code
       from wallet.holds h left join wallet.refunds r on r.order_id = h.order_id
       where h.state = 'CAPTURED' and r.amount_minor is distinct from h.amount_minor`,
    ),
    products.batches<{ order_id: string }>(
      `select order_id, 'COMMITTED' as reservation from products.reservations
       where state = 'COMMITTED' and restocked_at is null`,
    ),
  ];
  for (const source of sources) {
    for await (const batch of source) {
      const known = await knownOrders(
        orders,
        batch.map((row) => row.order_id),
      );
      tally.add(...batch.filter((row) => !known.has(row.order_id)));
    }
  }
  return tally.finding();
}
