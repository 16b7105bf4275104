import type { Invariant } from '../../platform/data/invariant.ts';

// The order of statuses within a history: each status comes only after those before it in this list.
const inOrder = `array['PENDING', 'FAILED', 'COMPLETED', 'CANCELLED']`;

/** The invariants of orders and their events. */
export const orderInvariants: readonly Invariant[] = [
  {
    id: 'order_total_is_sum_of_lines',
    name: "an order's total is the sum of its lines",
    violations: `
      select o.id as order_id, o.total_minor, coalesce(sum(i.quantity * i.unit_price_minor), 0) as lines
      from orders.orders o left join orders.order_items i on i.order_id = o.id
      group by o.id having o.total_minor <> coalesce(sum(i.quantity * i.unit_price_minor), 0)`,
  },
  {
    id: 'order_status_is_last_of_history',
    name: "an order's status is the last of its history",
    violations: `
      select o.id as order_id, o.status, h.history from orders.orders o
      left join (
        select order_id, array_agg(status order by array_position(${inOrder}, status)) as history
        from orders.order_status_changes group by order_id) as h on h.order_id = o.id
      where o.status is distinct from h.history[array_upper(h.history, 1)]`,
  },
  {
    id: 'order_ended_once',
    name: 'an order completes or fails or is cancelled, once; only a completed one is cancelled after that',
    violations: `
      select o.id as order_id, o.status, o.completed_at, h.history from orders.orders o
      join (
        select order_id, array_agg(status order by array_position(${inOrder}, status)) as history
        from orders.order_status_changes group by order_id) as h on h.order_id = o.id
      where not ('PENDING' = any(h.history))
        or ('FAILED' = any(h.history) and h.history <> array['PENDING', 'FAILED'])
        or ('COMPLETED' = any(h.history)) <> (o.completed_at is not null)`,
  },
  {
    id: 'order_end_has_one_event',
    name: 'every end of an order has exactly one event',
    violations: `
      select c.order_id, c.status, count(e.id) as events
      from orders.order_status_changes c
      left join orders.outbox e on e.aggregate_id = c.order_id::text
        and lower(e.type) like '%.order' || lower(c.status)
      where c.status <> 'PENDING'
        and c.create_time > now() - interval '1 day'
      group by c.order_id, c.status having count(e.id) <> 1`,
  },
  {
    id: 'event_tells_what_happened',
    name: 'every event tells of an end that the order had',
    violations: `
      select e.id, e.type, e.aggregate_id from orders.outbox e
      where e.topic = 'ecommerce.orders.v1' and not exists (
        select from orders.order_status_changes c
        where c.order_id::text = e.aggregate_id and lower(e.type) like '%.order' || lower(c.status))`,
  },
  {
    id: 'outbox_published_in_time',
    name: 'no event waits longer than 60 seconds to be published',
    violations: `
      select id, type, aggregate_id, attempts, dead, last_error from orders.outbox
      where published_at is null and (dead or coalesce(waiting_since, occurred_at) < now() - interval '60 seconds')`,
  },
];
