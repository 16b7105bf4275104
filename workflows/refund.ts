import { CancellationScope, patched, upsertSearchAttributes } from '@temporalio/workflow';
import { linkOf } from './about.ts';
import { searchAttributes } from './contract/checkout.ts';
import type { OrderEnd, RefundInput, RefundResult } from './contract/checkout.ts';
import { servicesOfSteps as services } from './contract/parts.ts';
import { createProgress } from './progress.ts';
import { Refusal } from './refusals.ts';
import { createSteps } from './steps.ts';
import type { Step } from './steps.ts';

/**
 * Cancels a COMPLETED order: refunds the money, restocks the goods, then sets the order to CANCELLED (rule S32). Every
 * step is keyed by the order, so the workflow may run any number of times (rule S31). A cancel request does not stop it
 * (rule S14).
 */
export function refund(input: RefundInput): Promise<RefundResult> {
  return CancellationScope.nonCancellable(async () => {
    const result = await takeBack(input);
    // Runs that were begun by older code keep RUNNING, with which every refund starts.
    if (patched('refund-status')) {
      const value = result.outcome === 'REFUNDED' ? 'CANCELLED' : 'FAILED';
      upsertSearchAttributes([{ key: { name: searchAttributes.status, type: 'KEYWORD' }, value }]);
    }
    return result;
  });
}

async function takeBack({ orderId, cause, policy }: RefundInput): Promise<RefundResult> {
  const progress = createProgress('Refund starts', linkOf(orderId));
  const steps = createSteps({ activityMode: 'regular', policy, progress });
  const key = { orderId };
  const read: Step<OrderEnd> = {
    key: 'read the order',
    service: services.readOrder,
    summary: 'Is the order completed?',
    call: (activities) => activities.readOrder(key),
  };
  const money: Step<void> = {
    key: 'refund',
    service: services.refundFunds,
    summary: 'Give the money back in full',
    call: (activities) => activities.refundFunds(key),
  };
  const goods: Step<void> = {
    key: 'restock',
    service: services.restock,
    summary: 'Put the goods back into stock',
    call: (activities) => activities.restock(key),
  };
  const write: Step<OrderEnd> = {
    key: 'cancel the order',
    service: services.cancelOrder,
    summary: 'Cancel the order',
    call: (activities) => activities.cancelOrder({ orderId, expectedStatus: 'COMPLETED', cause }),
  };
  const { status } = await steps.insist(read, 'ORDER_NOT_FOUND').catch(unknownOrder);
  if (status !== 'COMPLETED') {
    progress.stage(`Nothing to refund: the order is ${status}`);
    return { orderId, outcome: status === 'CANCELLED' ? 'REFUNDED' : 'NOT_REFUNDABLE' };
  }
  progress.stage(`Refund, ${cause}: money back, goods back, order cancelled`);
  await steps.insist(money);
  await steps.insist(goods);
  const end = await steps.insist(write);
  progress.stage(`Refunded, ${cause}; the order is ${end.status}`);
  return { orderId, outcome: 'REFUNDED' };
}

function unknownOrder(error: unknown): { readonly status: 'UNKNOWN' } {
  if (error instanceof Refusal) return { status: 'UNKNOWN' };
  throw error;
}
