import { OrderStatus, OrderStatusSchema, type Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';

const meanings: Readonly<Record<OrderStatus, string>> = {
  [OrderStatus.UNSPECIFIED]: 'The state is unknown.',
  [OrderStatus.PENDING]: 'The order is accepted, and its checkout is under way.',
  [OrderStatus.COMPLETED]: 'The order is paid, and its goods are sold.',
  [OrderStatus.FAILED]: 'The checkout has failed. Nothing was taken, or everything was given back.',
  [OrderStatus.CANCELLED]: 'The order is cancelled. Nothing was taken, or everything was given back.',
};

/** The name that the API has for a state, for example `PENDING`. A newer server may have more states. */
export function nameOf(status: OrderStatus): string {
  return OrderStatusSchema.value[status]?.localName ?? 'a new state';
}

/** A state in plain words. */
export function meaningOf(status: OrderStatus): string {
  return meanings[status] ?? meanings[OrderStatus.UNSPECIFIED];
}

/** The state of an order, and why it failed. */
export function told({ status, failure }: Order): string {
  const why = failure === undefined ? '' : `: ${failure.message} (${failure.reason})`;
  return `The order is ${nameOf(status)}${why}.`;
}
