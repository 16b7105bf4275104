import { sql } from 'drizzle-orm';
import { onlyFilter } from '../../../platform/data/db/filter.ts';
import { statement, type Given } from '../../../platform/data/db/statement.ts';
import type { CartLine, StoredCart } from '../domain/types.ts';

const isLive = onlyFilter(sql`state = 'CLAIMED'`);

/** The event of an ended order, as the inbox and the claim need it. */
export interface EndEvent {
  readonly eventId: string;
  readonly orderId: string;
}

// The claim's row is inserted before the cart's row is locked (rule S38). The insert may wait until another order's
// claim on the cart has ended. That end may have changed the cart since the snapshot, so its version is compared again
// on the locked row; if it differs, the CHECK on a line's quantity refuses the whole statement.
export const claimCart = statement(
  'cart.claim',
  (given: Given<{ orderId: string; userId: string; cartVersion: bigint; ttlSeconds: number }>) => sql`
    with claimed as (
      insert into cart.claims (order_id, state, user_id, cart_version, expires_at)
      select ${given.orderId}::uuid, 'CLAIMED', cart.user_id, cart.version,
        now() + make_interval(secs => ${given.ttlSeconds}::int)
      from cart.carts as cart
      where cart.user_id = ${given.userId}::uuid and cart.version = ${given.cartVersion}::bigint
        and exists (select from cart.cart_items as item where item.user_id = cart.user_id)
      on conflict do nothing
      returning order_id, user_id, cart_version
    ), locked as (
      select cart.user_id, cart.version from claimed join cart.carts as cart on cart.user_id = claimed.user_id
      for no key update of cart
    ), copied as (
      insert into cart.claim_lines (order_id, product_id, quantity)
      select claimed.order_id, item.product_id,
        case when locked.version = claimed.cart_version then item.quantity else 0 end
      from claimed, locked, cart.cart_items as item where item.user_id = locked.user_id
    )
    select order_id from claimed`,
);

// Takes what `claimed` bought out of its cart, at most what is still there; both rows are locked. What is left of a line
// is negative if the line has fewer pieces than were bought.
const taking = sql`
  bought as (
    select item.user_id, item.product_id, item.quantity - line.quantity as rest
    from owned join cart.claim_lines as line on line.order_id = owned.order_id
      join cart.cart_items as item on item.user_id = owned.user_id and item.product_id = line.product_id
  ), raised as (
    update cart.carts as cart set version = cart.version + 1, updated_at = now()
    from owned where cart.user_id = owned.user_id and exists (select from bought)
    returning cart.version
  ), removed as (
    delete from cart.cart_items as item using bought
    where item.user_id = bought.user_id and item.product_id = bought.product_id and bought.rest <= 0
  ), reduced as (
    update cart.cart_items as item set quantity = bought.rest
    from bought where item.user_id = bought.user_id and item.product_id = bought.product_id and bought.rest > 0
  )`;

// The cart after `taking`: a row for each line, or one row without a line.
const cartAfter = sql`
  coalesce(raised.version, owned.version) as version, item.product_id, coalesce(bought.rest, item.quantity) as quantity,
  item.name, item.unit_price_minor, item.currency_code, item.position`;
const linesAfter = sql`
  left join raised on true
  left join (cart.cart_items as item left join bought on bought.product_id = item.product_id)
    on item.user_id = owned.user_id and coalesce(bought.rest, item.quantity) > 0`;

interface AfterRow {
  /** null if nothing was taken, because the claim had ended before. */
  readonly version: string | null;
  readonly product_id: string | null;
  readonly quantity: number;
  readonly name: string;
  readonly unit_price_minor: string;
  readonly currency_code: string;
  readonly position: string;
}

export function toCart(rows: readonly AfterRow[]): StoredCart | undefined {
  const after = rows[0]?.version ?? null;
  if (after === null) return undefined;
  const lines = rows.flatMap((row): CartLine[] => {
    const { product_id: productId, quantity, name, position } = row;
    if (productId === null) return [];
    const unitPrice = { currencyCode: row.currency_code, minorUnits: BigInt(row.unit_price_minor) };
    return [{ productId, quantity, name, unitPrice, position: BigInt(position) }];
  });
  return { version: BigInt(after), lines, claimedBy: undefined };
}

export const consumeClaim = statement(
  'cart.consume',
  (given: Given<{ orderId: string; version: bigint }>) => sql`
    with claimed as (
      select order_id, user_id from cart.claims
      where order_id = ${given.orderId}::uuid and ${isLive} for no key update
    ), owned as (
      select claimed.order_id, cart.user_id, cart.version
      from claimed join cart.carts as cart on cart.user_id = claimed.user_id
      where cart.version = ${given.version}::bigint for no key update of cart
    ), ended as (
      update cart.claims as claim set state = 'CONSUMED', ended_at = now()
      from owned where claim.order_id = owned.order_id
    ), ${taking}
    select ${cartAfter} from owned ${linesAfter} order by item.position`,
  (row: AfterRow) => row,
);

export const releaseClaim = statement(
  'cart.release',
  (given: Given<{ orderId: string }>) => sql`
    update cart.claims set state = 'RELEASED', ended_at = now()
    where order_id = ${given.orderId}::uuid and ${isLive}
    returning user_id`,
  (row: { user_id: string }) => row,
);

// The inbox's row comes first, so that the same event twice at the same time waits there. It is written only if the
// snapshot has a claim. An ended claim stays as it is. If a live one is consumed, its cart must have the version that
// it has in the snapshot; else the CHECK that an ended claim has the time of its end refuses the whole statement.
export const takeInCompleted = statement(
  'cart.event-completed',
  (given: Given<EndEvent & { consumer: string }>) => sql`
    with seen as (
      select claim.order_id, cart.version
      from cart.claims as claim left join cart.carts as cart on cart.user_id = claim.user_id
      where claim.order_id = ${given.orderId}::uuid
    ), received as (
      insert into cart.inbox (consumer, event_id) select ${given.consumer}::text, ${given.eventId}::uuid from seen
      on conflict do nothing
      returning event_id
    ), claimed as (
      select claim.order_id, claim.user_id from received, cart.claims as claim
      where claim.order_id = ${given.orderId}::uuid and ${isLive} for no key update of claim
    ), owned as (
      select claimed.order_id, cart.user_id, cart.version
      from claimed join cart.carts as cart on cart.user_id = claimed.user_id for no key update of cart
    ), ended as (
      update cart.claims as claim
      set state = 'CONSUMED', ended_at = case when owned.version = seen.version then now() end
      from owned, seen where claim.order_id = owned.order_id
    ), ${taking}
    select ${cartAfter} from received left join owned on true ${linesAfter} order by item.position`,
  (row: AfterRow) => row,
);

export const takeInFailed = statement(
  'cart.event-failed',
  (given: Given<EndEvent & { consumer: string }>) => sql`
    with received as (
      insert into cart.inbox (consumer, event_id)
      select ${given.consumer}::text, ${given.eventId}::uuid from cart.claims where order_id = ${given.orderId}::uuid
      on conflict do nothing
      returning event_id
    ), released as (
      update cart.claims as claim set state = 'RELEASED', ended_at = now()
      from received where claim.order_id = ${given.orderId}::uuid and ${isLive}
    )
    select event_id from received`,
);
