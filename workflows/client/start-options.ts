import { TypedSearchAttributes } from '@temporalio/common';
import type { WorkflowStartOptions } from '@temporalio/client';
import { checkoutWorkflowId, refundWorkflowId, searchAttributes } from '../contract/checkout.ts';
import type { CheckoutInput, MoneyInput, RefundInput } from '../contract/checkout.ts';
import { plainText } from '../markdown.ts';
import { formatMoney, type Money } from '../../proto/money.ts';
import type { PlacedOrder } from '../../proto/placed-order.ts';
import type { CheckoutSettings } from './settings.ts';

type Named = Pick<
  WorkflowStartOptions,
  'workflowId' | 'taskQueue' | 'workflowTaskTimeout' | 'typedSearchAttributes' | 'staticSummary' | 'staticDetails'
>;

/**
 * A task that a worker took and did not finish goes to another worker after this time: the worker died, or it was stopping
 * when Temporal handed it the task. It is below the 5 s in which a cancel must be accepted. Steps may last longer: the worker
 * asks for more time while they run.
 */
const workflowTaskTimeout = '4s';

type Starting<Input> = Named & { readonly args: [Input] };

/** How `checkout-<order>` is started, in either mode. */
export function checkoutStart(
  order: PlacedOrder,
  settings: CheckoutSettings,
  how: Pick<CheckoutInput, 'mode' | 'cancelCause'>,
): Starting<CheckoutInput> {
  const { activityMode, ttlSeconds, captureWindowSeconds, policy } = settings;
  const input: CheckoutInput = {
    orderId: order.orderId,
    userId: order.userId,
    cartVersion: String(order.cartVersion),
    lines: order.items.map(({ productId, name, quantity, unitPrice }) => ({
      productId,
      name,
      quantity,
      unitPrice: toInput(unitPrice),
    })),
    total: toInput(order.total),
    activityMode,
    ttlSeconds,
    captureWindowSeconds,
    setsReason: true,
    ...how,
    ...(policy === undefined ? {} : { policy }),
  };
  const verb = how.mode === 'run' ? 'Checkout' : how.cancelCause === undefined ? 'Settling' : 'Cancelling';
  return { ...named(order, settings, verb, checkoutWorkflowId(order.orderId)), args: [input] };
}

/** How `refund-<order>` is started. */
export function refundStart(order: PlacedOrder, settings: CheckoutSettings, cause: string): Starting<RefundInput> {
  const { policy } = settings;
  const input: RefundInput = {
    orderId: order.orderId,
    userId: order.userId,
    cause,
    ...(policy === undefined ? {} : { policy }),
  };
  return { ...named(order, settings, 'Refund', refundWorkflowId(order.orderId)), args: [input] };
}

function named(order: PlacedOrder, { taskQueue }: CheckoutSettings, verb: string, workflowId: string): Named {
  const pieces = order.items.reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    workflowId,
    taskQueue,
    workflowTaskTimeout,
    staticSummary: `${verb}: ${pieces} ${pieces === 1 ? 'piece' : 'pieces'} for ${formatMoney(order.total)}`,
    staticDetails: order.items
      .map(({ name, quantity, unitPrice }) => `- ${quantity} × ${plainText(name)} at ${formatMoney(unitPrice)}`)
      .join('\n'),
    typedSearchAttributes: new TypedSearchAttributes([
      { key: { name: searchAttributes.orderId, type: 'KEYWORD' }, value: order.orderId },
      { key: { name: searchAttributes.userId, type: 'KEYWORD' }, value: order.userId },
      { key: { name: searchAttributes.status, type: 'KEYWORD' }, value: 'RUNNING' },
      { key: { name: searchAttributes.total, type: 'INT' }, value: countable(order.total.minorUnits) },
      { key: { name: searchAttributes.currency, type: 'KEYWORD' }, value: order.total.currencyCode },
    ]),
  };
}

/** A search attribute is a number, and Temporal refuses one that does not fit. No order comes near that. */
function countable(minorUnits: bigint): number {
  return Math.min(Number(minorUnits), Number.MAX_SAFE_INTEGER);
}

function toInput({ currencyCode, minorUnits }: Money): MoneyInput {
  return { currencyCode, minorUnits: String(minorUnits) };
}
