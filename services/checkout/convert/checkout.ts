import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  CheckoutState as StateMessage,
  type CheckoutSchema,
} from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderStatus, type Order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Checkout, CheckoutState } from '../domain/types.ts';
import { present } from './present.ts';

const states: Record<OrderStatus, CheckoutState> = {
  [OrderStatus.UNSPECIFIED]: 'RUNNING',
  [OrderStatus.PENDING]: 'RUNNING',
  [OrderStatus.COMPLETED]: 'SUCCEEDED',
  [OrderStatus.FAILED]: 'FAILED',
  [OrderStatus.CANCELLED]: 'CANCELLED',
};

const stateMessages: Record<CheckoutState, StateMessage> = {
  RUNNING: StateMessage.RUNNING,
  SUCCEEDED: StateMessage.SUCCEEDED,
  FAILED: StateMessage.FAILED,
  CANCELLED: StateMessage.CANCELLED,
};

/** The state of a checkout follows from the status of its order. */
export function checkoutFromMessage(order: Order): Checkout {
  const { failure } = order;
  return {
    orderId: order.orderId,
    state: states[order.status] ?? 'RUNNING',
    failure: failure && { reason: failure.reason, message: failure.message, metadata: { ...failure.metadata } },
    total: present(order.total, 'an amount'),
  };
}

export function checkoutToMessage({
  orderId,
  state,
  failure,
  total,
}: Checkout): MessageInitShape<typeof CheckoutSchema> {
  return {
    orderId,
    state: stateMessages[state],
    ...(failure && { failure: { ...failure, metadata: { ...failure.metadata } } }),
    total,
    workflowId: `checkout-${orderId}`,
  };
}
