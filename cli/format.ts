import { enumToJson } from '@bufbuild/protobuf';
import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { CheckoutState, CheckoutStateSchema } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderStatusSchema, type OrderStatus } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Money } from '../proto/gen/ecommerce/type/v1/money_pb.ts';
import { minorDigits } from '../proto/currencies.ts';
import { formatMoney } from '../proto/money.ts';

/**
 * Converts "19.99" to minor units of the currency, exactly; undefined if it is not a number or has too many decimals.
 */
export function parseAmount(text: string, currencyCode: string): bigint | undefined {
  const [, whole, decimals = ''] = /^(\d{1,18})(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = minorDigits(currencyCode);
  if (whole === undefined || decimals.length > digits) return undefined;
  return BigInt(whole + decimals.padEnd(digits, '0'));
}

/** Formats money as "19.99 USD"; "" for undefined. */
export function money(amount: Money | undefined): string {
  return amount === undefined ? '' : formatMoney(amount);
}

/** Formats a time as ISO 8601; "" for undefined. */
export function time(moment: Timestamp | undefined): string {
  return moment === undefined ? '' : timestampDate(moment).toISOString();
}

/** The name of an order status in the API, for example ORDER_STATUS_COMPLETED. */
export function orderStatus(status: OrderStatus | undefined): string {
  return status === undefined ? '' : String(enumToJson(OrderStatusSchema, status));
}

/** The name of a checkout state in the API, for example CHECKOUT_STATE_RUNNING. */
export function checkoutState(state: CheckoutState): string {
  return String(enumToJson(CheckoutStateSchema, state));
}

/** Whether a checkout has ended without success. */
export function hasFailed(state: CheckoutState): boolean {
  return state === CheckoutState.FAILED || state === CheckoutState.CANCELLED;
}
