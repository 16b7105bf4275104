import { durationMs } from '@bufbuild/protobuf/wkt';
import { CheckoutStepState, type CheckoutStep } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { CheckoutProgress, StepProgress, StepState } from '../../workflows/contract/checkout.ts';
import type { Session } from '../session.ts';
import { sightOf } from './sight.ts';
import type { Look } from './watch.ts';

/** With the account of the buyer: the public API, which tells the steps at most once a second. */
export function lookAsBuyer({ call }: Session, orderId: string): Look {
  /** Whether a cancelled order was completed before: then it was refunded. */
  const wasRefunded = async (): Promise<boolean> => {
    const { changes } = await call(({ orders, asUser }) => orders.getOrderHistory({ orderId }, asUser));
    return changes.some(({ status }) => status === OrderStatus.COMPLETED);
  };
  /** Without an answer of the workflow the states of the order are told all the same. */
  const progress = async (): Promise<CheckoutProgress | undefined> => {
    try {
      const { stage, steps } = await call(({ checkout, asUser }) => checkout.getCheckoutProgress({ orderId }, asUser));
      return { stage, steps: Object.fromEntries(steps.map((step) => [step.name, progressOf(step)])) };
    } catch {
      return undefined;
    }
  };
  return {
    everyMs: 1_000,
    async look() {
      // The order first: the steps of an order that has ended are then all known.
      const { order } = await call(({ orders, asUser }) => orders.getOrder({ orderId }, asUser));
      const isCancelled = order?.status === OrderStatus.CANCELLED;
      const completed = order?.status === OrderStatus.COMPLETED || (isCancelled && (await wasRefunded()));
      return sightOf(order, completed, await progress());
    },
  };
}

const states: Readonly<Record<CheckoutStepState, StepState>> = {
  [CheckoutStepState.UNSPECIFIED]: 'waiting',
  [CheckoutStepState.WAITING]: 'waiting',
  [CheckoutStepState.RUNNING]: 'running',
  [CheckoutStepState.DONE]: 'done',
  [CheckoutStepState.REFUSED]: 'refused',
  [CheckoutStepState.RETRYING]: 'retrying',
  [CheckoutStepState.STOPPED]: 'stopped',
};

function progressOf({ state, took }: CheckoutStep): StepProgress {
  return { state: states[state] ?? 'waiting', ...(took && { tookMs: Math.round(durationMs(took)) }) };
}
