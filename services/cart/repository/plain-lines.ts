import { sql, type SQL } from 'drizzle-orm';
import { statement, type Given } from '../../../platform/data/db/statement.ts';
import type { CartLine } from '../domain/types.ts';

interface LineValues {
  readonly productId: string;
  readonly quantity: number;
  readonly name: string;
  readonly priceMinor: bigint;
  readonly currencyCode: string;
  readonly position: bigint;
}

export function toValues({ productId, quantity, name, unitPrice, position }: CartLine): LineValues {
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

export const putLine = statement(
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
export const putLineOnce = statement(
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

export const removeLines = statement(
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
