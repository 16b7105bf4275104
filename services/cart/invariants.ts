import type { Invariant } from '../../platform/data/invariant.ts';

/** The invariants of carts and claims. */
export const cartInvariants: readonly Invariant[] = [
  {
    id: 'cart_one_live_claim',
    name: 'a user has at most one live claim',
    violations: `
      select user_id, count(*) as live from cart.claims where state = 'CLAIMED' group by user_id having count(*) > 1`,
  },
  {
    id: 'claim_has_lines',
    name: 'a live claim has lines',
    violations: `
      select c.order_id from cart.claims c left join cart.claim_lines l on l.order_id = c.order_id
      where c.state = 'CLAIMED' group by c.order_id having count(l.*) = 0`,
  },
  {
    id: 'claim_of_known_version',
    name: 'a claim is of a version that the cart has had',
    violations: `
      select c.order_id, c.cart_version, k.version from cart.claims c left join cart.carts k on k.user_id = c.user_id
      where c.cart_version is not null and c.cart_version > coalesce(k.version, 0)`,
  },
  {
    id: 'cart_lines_and_currency',
    name: 'a cart has at most 100 lines, all in one currency',
    violations: `
      select user_id, count(*) as lines, count(distinct currency_code) as currencies
      from cart.cart_items group by user_id having count(*) > 100 or count(distinct currency_code) > 1`,
  },
  {
    id: 'cart_line_of_known_version',
    name: 'a line was added at a version that the cart has had',
    violations: `
      select i.user_id, i.product_id, i.position, k.version
      from cart.cart_items i join cart.carts k on k.user_id = i.user_id where i.position > k.version`,
  },
];
