import type { Invariant } from '../../platform/data/invariant.ts';

/** The invariants of stock. */
export const productsInvariants: readonly Invariant[] = [
  {
    id: 'stock_reserved_is_sum_of_reservations',
    name: "a product's reserved pieces are the sum of its live reservations",
    violations: `
      select p.id as product_id, p.reserved, coalesce(sum(l.quantity), 0) as live
      from products.products p
      left join (products.reservation_lines l
        join products.reservations r on r.order_id = l.order_id and r.state = 'ACTIVE') on l.product_id = p.id
      group by p.id having p.reserved <> coalesce(sum(l.quantity), 0)`,
  },
  {
    id: 'stock_on_hand_is_sum_of_movements',
    name: "a product's pieces on hand are the sum of its movements",
    violations: `
      select p.id as product_id, p.on_hand, coalesce(sum(m.delta), 0) as movements
      from products.products p left join products.stock_movements m on m.product_id = p.id
      group by p.id having p.on_hand <> coalesce(sum(m.delta), 0)`,
  },
  {
    id: 'stock_reserved_within_on_hand',
    name: 'never more pieces are reserved than are on hand',
    violations: `select id as product_id, reserved, on_hand from products.products where reserved < 0 or reserved > on_hand`,
  },
  {
    id: 'stock_order_took_what_it_reserved',
    name: 'what an order took from stock is what it had reserved',
    violations: `
      select l.order_id, l.product_id, l.quantity, r.state, coalesce(sum(m.delta), 0) as moved
      from products.reservation_lines l
      join products.reservations r on r.order_id = l.order_id
      left join products.stock_movements m on m.order_id = l.order_id and m.product_id = l.product_id
      group by l.order_id, l.product_id, l.quantity, r.state, r.restocked_at
      having coalesce(sum(m.delta), 0)
        <> case when r.state = 'COMMITTED' and r.restocked_at is null then -l.quantity else 0 end`,
  },
  {
    id: 'catalog_change_waits_for_trail',
    name: 'no change of the catalog waits long for the audit trail',
    violations: `
      select id as change_id, action, created_at from products.catalog_changes
      where taken_at is null and due_at < now() - interval '1 hour'`,
  },
  {
    id: 'reservation_outlived_expiry',
    name: 'no reservation stays open long after its expiry',
    violations: `
      select order_id, expires_at from products.reservations
      where state = 'ACTIVE' and expires_at < now() - interval '2 minutes'`,
  },
];
