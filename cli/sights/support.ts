import type { TimelineEntry } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { checkoutWorkflowId, type CheckoutProgress, type StepProgress } from '../../workflows/contract/checkout.ts';
import { namesOfSteps } from '../../workflows/contract/parts.ts';
import type { Session } from '../session.ts';
import { sightOf } from './sight.ts';
import type { Look } from './watch.ts';

/** With an account of support or of an administrator: the order, and its steps from the story that the API tells. */
export function lookAsSupport({ call }: Session, orderId: string): Look {
  const story = async () => (await call(({ admin, asUser }) => admin.explainOrder({ orderId }, asUser))).timeline;
  return {
    // Each story asks every service.
    everyMs: 2_000,
    async look() {
      // The order first: the steps of an order that has ended are then all known.
      const { order } = await call(({ admin, asUser }) => admin.getOrder({ orderId }, asUser));
      const isCancelled = order?.status === OrderStatus.CANCELLED;
      // Only the story tells a refund from a cancel. Else the states of the order are told without it.
      const timeline = isCancelled ? await story() : await story().catch(() => undefined);
      const completed = timeline?.some(({ kind }) => kind === 'order.completed') ?? false;
      const isCompleted = order?.status === OrderStatus.COMPLETED || (isCancelled && completed);
      return sightOf(order, isCompleted, timeline && progressOf(timeline, orderId, completed));
    },
  };
}

/** The activity of each step, by the kind of the entry that tells that the step is done. */
const activities: Readonly<Record<string, keyof typeof namesOfSteps>> = {
  'cart.claimed': 'claimCart',
  'stock.reserved': 'reserveStock',
  'hold.made': 'holdFunds',
  'funds.captured': 'captureFunds',
  'stock.sold': 'commitStock',
  'order.completed': 'completeOrder',
  'hold.voided': 'voidHold',
  'stock.released': 'releaseStock',
  'cart.released': 'releaseClaim',
  'funds.refunded': 'refundFunds',
  'stock.restocked': 'restock',
  'order.failed': 'failOrder',
  'order.cancelled': 'cancelOrder',
};
/** What a refund does after the checkout has ended. */
const ofRefund = new Set(['funds.refunded', 'stock.restocked', 'order.cancelled']);

/** How far the story tells that a checkout is. @param completed a refund came after it, or may still come */
function progressOf(timeline: readonly TimelineEntry[], orderId: string, completed: boolean): CheckoutProgress {
  const known = new Map<string, StepProgress>();
  let stage = '';
  for (const { kind, fields } of timeline) {
    const activity = activities[kind];
    const isOfRefund = completed && ofRefund.has(kind);
    if (activity !== undefined && !isOfRefund) known.set(namesOfSteps[activity], { state: 'done' });
    if (fields['workflow_id'] !== checkoutWorkflowId(orderId)) continue;
    if (kind === 'workflow.open') stage = fields['stage'] ?? '';
    if (kind === 'step.running') known.set(nameOf(fields['step']), { state: 'running' });
    if (kind === 'step.retrying') known.set(nameOf(fields['step']), { state: 'retrying', note: noteOf(fields) });
  }
  return { stage, steps: Object.fromEntries(known) };
}

function nameOf(activity = ''): string {
  return activity in namesOfSteps ? namesOfSteps[activity as keyof typeof namesOfSteps] : activity;
}

const noteOf = (fields: Readonly<Record<string, string>>): string =>
  `attempt ${fields['attempt']} failed: ${fields['last_reason']}`;
