import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../../../platform/data/db/database.ts';
import type { RequestKey } from '../../../platform/data/db/once.ts';
import { statement, unlessRefusedByCheck, type Given } from '../../../platform/data/db/statement.ts';
import type { CartChange, CartLine, StoredCart } from '../domain/types.ts';
import { applyChange } from './carts.ts';
import type { NewClaim } from './claims.ts';

/** The event of an ended order, as the inbox and the claim need it. */
export interface EndEvent {
  readonly eventId: string;
  readonly orderId: string;
}

/**
 * Changes of carts and steps of orders, each as one statement that has its effect only if everything is plain: the cart
 * is as it was read, and the claim is in the expected state. Otherwise it writes nothing and answers `undefined`. The
 * verb then goes the careful way, which finds out what is the matter.
 * @param consumer this service's name in the inbox
 */
export function plainSteps(db: Database, consumer: string) {
  return {
    /** Writes a change of the cart's lines if the cart is still the one that was read. @returns the cart after it */
    change: async (userId: string, cart: StoredCart, change: CartChange): Promise<StoredCart | undefined> => {
      const { put = [], remove = [] } = change;
      const key = { userId, version: cart.version };
      const [line] = put;
      const [changed] =
        line === undefined
          ? await removeLines(db, { ...key, productIds: remove })
          : put.length + remove.length === 1
            ? await putLine(db, { ...key, ...toValues(line) })
            : [];
      return changed && { ...cart, version: changed.version, lines: applyChange(cart.lines, change) };
    },

    /**
     * Writes a line if the cart is still the one that was read and the request is new, and stores its answer.
     * @param answerOf makes the answer of the cart after it; it must survive JSON
     * @returns the cart after it
     */
    putOnce: async (
      userId: string,
      cart: StoredCart,
      line: CartLine,
      key: RequestKey,
      answerOf: (changed: StoredCart) => object,
    ): Promise<StoredCart | undefined> => {
      const changed = { ...cart, version: cart.version + 1n, lines: applyChange(cart.lines, { put: [line] }) };
      const { method, requestId, fingerprint } = key;
      const request = { method, requestId, fingerprint, answer: JSON.stringify(answerOf(changed)) };
      const put = await unlessRefusedByCheck(
        putLineOnce(db, { userId, version: cart.version, ...toValues(line), ...request }),
      );
      return put?.length === 1 ? changed : undefined;
    },

    /** Claims the cart at this version for the order, and copies its lines. */
    claim: async ({ orderId, userId, cartVersion, ttlSeconds }: NewClaim): Promise<true | undefined> => {
      const claimed = await unlessRefusedByCheck(claimCart(db, { orderId, userId, cartVersion, ttlSeconds }));
      return claimed?.length === 1 ? true : undefined;
    },

    /**
     * Ends a live claim of a completed order and takes what it bought out of the cart, if the cart still has this
     * version.
     * @returns the cart after it
     */
    consume: async (orderId: string, version: bigint): Promise<StoredCart | undefined> =>
      toCart(await consumeClaim(db, { orderId, version })),

    /** Releases a live claim. @returns the cart's owner */
    release: async (orderId: string): Promise<string | undefined> => {
      const [released] = await releaseClaim(db, { orderId });
      return released?.user_id;
    },

    /**
     * Takes in the event of a completed order that has a claim: as `consume`, with the event's id in the inbox.
     * @returns the cart after it; no cart if the claim had ended before
     */
    takeInCompleted: async (event: EndEvent): Promise<{ readonly cart: StoredCart | undefined } | undefined> => {
      const rows = (await unlessRefusedByCheck(takeInCompleted(db, { ...event, consumer }))) ?? [];
      return rows.length === 0 ? undefined : { cart: toCart(rows) };
    },

    /** Takes in the event of an order that has a claim and did not complete: as `release`, with the inbox. */
    takeInFailed: async (event: EndEvent): Promise<true | undefined> => {
      const [received] = await takeInFailed(db, { ...event, consumer });
      return received && true;
    },
  };
}

export type PlainSteps = ReturnType<typeof plainSteps>;

// What Postgres does with such statements at the same time. All CTEs read one snapshot, taken when the statement began.
// A locking CTE and an UPDATE wait for a row that another transaction has changed, and then check their conditions on
// its newest version (EvalPlanQual). The lines are read from the snapshot. They are those of the version that was read
// before, if the locked cart still has that version: whoever changes lines raises the version under the cart's lock.

interface LineValues {
  readonly productId: string;
  readonly quantity: number;
  readonly name: string;
  readonly priceMinor: bigint;
  readonly currencyCode: string;
  readonly position: bigint;
}

function toValues({ productId, quantity, name, unitPrice, position }: CartLine): LineValues {
  const { minorUnits: priceMinor, currencyCode } = unitPrice;
  return { productId, quantity, name, priceMinor, currencyCode, position };
}

interface CartAt {
  readonly userId: string;
  readonly version: bigint;
}

const version = (row: { version: string }) => ({ version: BigInt(row.version) });

// A new user's first line makes the cart's row. `made` and `raised` never both have a row: what a statement inserts, it
// does not see.
const putting = (given: Given<CartAt & LineValues>, isAllowed: SQL, from: SQL) => sql`
  made as (
    insert into cart.carts (user_id, version)
    select ${given.userId}::uuid, 1 where ${given.version}::bigint = 0 and ${isAllowed}
    on conflict (user_id) do nothing
    returning user_id, version
  ), raised as (
    update cart.carts set version = version + 1, updated_at = now()
    where user_id = ${given.userId}::uuid and version = ${given.version}::bigint and ${isAllowed}
    returning user_id, version
  ), changed as (
    select user_id, version from made union all select user_id, version from raised
  ), put as (
    insert into cart.cart_items (user_id, product_id, quantity, name, unit_price_minor, currency_code, position)
    select ${given.userId}::uuid, ${given.productId}::uuid,
      case when changed.version is null then 0 else ${given.quantity}::int end, ${given.name}::text,
      ${given.priceMinor}::bigint, ${given.currencyCode}::text, ${given.position}::bigint
    from ${from}
    on conflict (user_id, product_id) do update set quantity = excluded.quantity, name = excluded.name,
      unit_price_minor = excluded.unit_price_minor, currency_code = excluded.currency_code
  )`;

const putLine = statement(
  'cart.put',
  (given: Given<CartAt & LineValues>) => sql`
    with ${putting(given, sql`true`, sql`changed`)}
    select version from changed`,
  version,
);

interface AskedOnce {
  readonly method: string;
  readonly requestId: string;
  readonly fingerprint: string;
  /** JSON. */
  readonly answer: string;
}

// The request's row is inserted before the cart's row is locked, as in the careful way (rule S38): the second of two
// equal requests waits there, and then changes nothing. If the cart has changed since it was read, the CHECK on a line's
// quantity refuses the whole statement.
const putLineOnce = statement(
  'cart.put-once',
  (given: Given<CartAt & LineValues & AskedOnce>) => sql`
    with answered as (
      insert into cart.requests (subject, method, request_id, fingerprint, answer)
      values (${given.userId}::text, ${given.method}::text, ${given.requestId}::uuid, ${given.fingerprint}::text,
        ${given.answer}::jsonb)
      on conflict do nothing
      returning request_id
    ), ${putting(given, sql`exists (select from answered)`, sql`answered left join changed on true`)}
    select version from changed`,
  version,
);

const removeLines = statement(
  'cart.remove',
  (given: Given<CartAt & { productIds: readonly string[] }>) => sql`
    with changed as (
      update cart.carts set version = version + 1, updated_at = now()
      where user_id = ${given.userId}::uuid and version = ${given.version}::bigint
      returning user_id, version
    ), removed as (
      delete from cart.cart_items as item using changed
      where item.user_id = changed.user_id and array_position(${given.productIds}::uuid[], item.product_id) is not null
    )
    select version from changed`,
  version,
);

// The claim's row is inserted before the cart's row is locked (rule S38). The insert may wait until another order's
// claim on the cart has ended. That end may have changed the cart since the snapshot, so its version is compared again
// on the locked row; if it differs, the CHECK on a line's quantity refuses the whole statement.
const claimCart = statement(
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

function toCart(rows: readonly AfterRow[]): StoredCart | undefined {
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

const consumeClaim = statement(
  'cart.consume',
  (given: Given<{ orderId: string; version: bigint }>) => sql`
    with claimed as (
      select order_id, user_id from cart.claims
      where order_id = ${given.orderId}::uuid and state = 'CLAIMED' for no key update
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

const releaseClaim = statement(
  'cart.release',
  (given: Given<{ orderId: string }>) => sql`
    update cart.claims set state = 'RELEASED', ended_at = now()
    where order_id = ${given.orderId}::uuid and state = 'CLAIMED'
    returning user_id`,
  (row: { user_id: string }) => row,
);

// The inbox's row comes first, so that the same event twice at the same time waits there. It is written only if the
// snapshot has a claim. An ended claim stays as it is. If a live one is consumed, its cart must have the version that
// it has in the snapshot; else the CHECK that an ended claim has the time of its end refuses the whole statement.
const takeInCompleted = statement(
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
      where claim.order_id = ${given.orderId}::uuid and claim.state = 'CLAIMED' for no key update of claim
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

const takeInFailed = statement(
  'cart.event-failed',
  (given: Given<EndEvent & { consumer: string }>) => sql`
    with received as (
      insert into cart.inbox (consumer, event_id)
      select ${given.consumer}::text, ${given.eventId}::uuid from cart.claims where order_id = ${given.orderId}::uuid
      on conflict do nothing
      returning event_id
    ), released as (
      update cart.claims as claim set state = 'RELEASED', ended_at = now()
      from received where claim.order_id = ${given.orderId}::uuid and claim.state = 'CLAIMED'
    )
    select event_id from received`,
);
