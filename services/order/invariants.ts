import type { Invariant } from '../platform/audit/invariant.ts';

/** What is always true of orders and their events. */
export const orderInvariants: readonly Invariant[] = [
  {
    name: "an order's total is the sum of its lines",
    violations: `
      select o.id as order_id, o.total_minor, coalesce(sum(i.quantity * i.unit_price_minor), 0) as lines
      from orders.orders o left join orders.order_items i on i.order_id = o.id
      group by o.id having o.total_minor <> coalesce(sum(i.quantity * i.unit_price_minor), 0)`,
  },
  {
    name: "an order's status is the last of its history",
    violations: `
      select o.id as order_id, o.status from orders.orders o
      where not exists (select from orders.order_status_changes c where c.order_id = o.id and c.status = o.status)`,
  },
  {
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
    name: 'no event waits longer than 60 seconds to be published',
    violations: `
      select id, type, aggregate_id, attempts, dead, last_error from orders.outbox
      where published_at is null and (dead or occurred_at < now() - interval '60 seconds')`,
  },
];
