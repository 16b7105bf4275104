import type { DescEnum } from '@bufbuild/protobuf';
import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { CheckoutState, CheckoutStateSchema } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderStatusSchema, type OrderStatus } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Money } from '../proto/gen/ecommerce/type/v1/money_pb.ts';
import { minorDigits } from '../proto/currencies.ts';
import { formatMoney } from '../proto/money.ts';
import type { Context } from './context.ts';

/** The most that the API takes as a price, a credit or a debit, whatever the currency. */
export const mostMinorUnits = 100_000_000_000n;

/**
 * Converts "19.99" to minor units of the currency, exactly; undefined if it is not a number, has too many decimals, or is
 * more than the API takes.
 */
export function parseAmount(text: string, currencyCode: string): bigint | undefined {
  const [, whole, decimals = ''] = /^(\d{1,18})(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = minorDigits(currencyCode);
  if (whole === undefined || decimals.length > digits) return undefined;
  const minorUnits = BigInt(whole + decimals.padEnd(digits, '0'));
  return minorUnits > mostMinorUnits ? undefined : minorUnits;
}

/** Formats money as "19.99 USD"; "" for undefined. */
export function money(amount: Money | undefined): string {
  return amount === undefined ? '' : formatMoney(amount);
}

/** Formats a time as ISO 8601; "" for undefined. */
export function time(moment: Timestamp | undefined): string {
  return moment === undefined ? '' : timestampDate(moment).toISOString();
}

/** A status, type or outcome of the API in one word, for example COMPLETED: for people, and for each row of a list. */
export function short(descriptor: DescEnum, value: number): string {
  return nameOf(descriptor, value).replace((descriptor.sharedPrefix ?? '').toUpperCase(), '');
}

/** For programs, where one thing is told, the name in the API stays, for example ORDER_STATUS_COMPLETED. */
function told(descriptor: DescEnum, value: number, { json }: Pick<Context, 'json'>): string {
  return json ? nameOf(descriptor, value) : short(descriptor, value);
}

const nameOf = ({ value: values }: DescEnum, value: number): string => values[value]?.name ?? String(value);

/** @returns '' for undefined */
export function orderStatus(status: OrderStatus | undefined, context: Pick<Context, 'json'>): string {
  return status === undefined ? '' : told(OrderStatusSchema, status, context);
}

export function checkoutState(state: CheckoutState, context: Pick<Context, 'json'>): string {
  return told(CheckoutStateSchema, state, context);
}

/** Whether a checkout has ended without success. */
export function hasFailed(state: CheckoutState): boolean {
  return state === CheckoutState.FAILED || state === CheckoutState.CANCELLED;
}
