import { enumToJson } from '@bufbuild/protobuf';
import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { CheckoutStateSchema, type CheckoutState } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderStatusSchema, type OrderStatus } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Money } from '../proto/gen/ecommerce/type/v1/money_pb.ts';
import { formatMoney, minorDigits } from '../proto/money.ts';

/** "19.99" in minor units of its currency, exactly; undefined if it is no such number or has too many decimals. */
export function parseAmount(text: string, currencyCode: string): bigint | undefined {
  const [, whole, decimals = ''] = /^(\d{1,18})(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = minorDigits(currencyCode);
  if (whole === undefined || decimals.length > digits) return undefined;
  return BigInt(whole + decimals.padEnd(digits, '0'));
}

/** "19.99 USD"; "" for none. */
export function money(amount: Money | undefined): string {
  return amount === undefined ? '' : formatMoney(amount);
}

/** ISO 8601, or "" for none. */
export function time(moment: Timestamp | undefined): string {
  return moment === undefined ? '' : timestampDate(moment).toISOString();
}

/** The API's own name, for example ORDER_STATUS_COMPLETED. */
export function orderStatus(status: OrderStatus | undefined): string {
  return status === undefined ? '' : String(enumToJson(OrderStatusSchema, status));
}

/** The API's own name, for example CHECKOUT_STATE_RUNNING. */
export function checkoutState(state: CheckoutState): string {
  return String(enumToJson(CheckoutStateSchema, state));
}
