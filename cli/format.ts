import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import type { Money } from '../proto/gen/ecommerce/type/v1/money_pb.ts';

/** "19.99 USD", with the decimals of its currency; "" for none. */
export function money(amount: Money | undefined): string {
  if (amount === undefined) return '';
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency: amount.currencyCode }).resolvedOptions()
    .maximumFractionDigits;
  const decimals = digits ?? 0;
  const whole = amount.minorUnits.toString().padStart(decimals + 1, '0');
  const value = decimals === 0 ? whole : `${whole.slice(0, -decimals)}.${whole.slice(-decimals)}`;
  return `${value} ${amount.currencyCode}`;
}

/** ISO 8601, or "" for none. */
export function time(moment: Timestamp | undefined): string {
  return moment === undefined ? '' : timestampDate(moment).toISOString();
}
