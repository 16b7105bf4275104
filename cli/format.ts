import { enumToJson } from '@bufbuild/protobuf';
import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { CheckoutStateSchema, type CheckoutState } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderStatusSchema, type OrderStatus } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
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

/** The API's own name, for example ORDER_STATUS_COMPLETED. */
export function orderStatus(status: OrderStatus | undefined): string {
  return status === undefined ? '' : String(enumToJson(OrderStatusSchema, status));
}

/** The API's own name, for example CHECKOUT_STATE_RUNNING. */
export function checkoutState(state: CheckoutState): string {
  return String(enumToJson(CheckoutStateSchema, state));
}
