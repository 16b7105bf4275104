import type { TimelineEntry } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { checkoutWorkflowId, type CheckoutProgress, type StepProgress } from '../../workflows/contract/checkout.ts';
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

interface Step {
  /** The step's name in the workflow's progress. */
  readonly name: string;
  readonly activity: string;
}

/** The steps, by the kind of the entry that tells that one is done. */
const steps: Readonly<Record<string, Step>> = {
  'cart.claimed': { name: 'claim the cart', activity: 'claimCart' },
  'stock.reserved': { name: 'reserve stock', activity: 'reserveStock' },
  'hold.made': { name: 'hold funds', activity: 'holdFunds' },
  'funds.captured': { name: 'capture funds', activity: 'captureFunds' },
  'stock.sold': { name: 'commit stock', activity: 'commitStock' },
  'order.completed': { name: 'complete the order', activity: 'completeOrder' },
  'hold.voided': { name: 'void the hold', activity: 'voidHold' },
  'stock.released': { name: 'release stock', activity: 'releaseStock' },
  'cart.released': { name: 'release the cart', activity: 'releaseClaim' },
  'funds.refunded': { name: 'refund', activity: 'refundFunds' },
  'stock.restocked': { name: 'restock', activity: 'restock' },
  'order.failed': { name: 'fail the order', activity: 'failOrder' },
  'order.cancelled': { name: 'cancel the order', activity: 'cancelOrder' },
};
/** What a refund does after the checkout has ended. */
const ofRefund = new Set(['funds.refunded', 'stock.restocked', 'order.cancelled']);

/** How far the story tells that a checkout is. @param completed a refund came after it, or may still come */
function progressOf(timeline: readonly TimelineEntry[], orderId: string, completed: boolean): CheckoutProgress {
  const known = new Map<string, StepProgress>();
  let stage = '';
  for (const { kind, fields } of timeline) {
    const step = steps[kind];
    const isOfRefund = completed && ofRefund.has(kind);
    if (step !== undefined && !isOfRefund) known.set(step.name, { state: 'done' });
    if (fields['workflow_id'] !== checkoutWorkflowId(orderId)) continue;
    if (kind === 'workflow.open') stage = fields['stage'] ?? '';
    if (kind === 'step.running') known.set(nameOf(fields['step']), { state: 'running' });
    if (kind === 'step.retrying') known.set(nameOf(fields['step']), { state: 'retrying', note: noteOf(fields) });
  }
  return { stage, steps: Object.fromEntries(known) };
}

function nameOf(activity = ''): string {
  return Object.values(steps).find((step) => step.activity === activity)?.name ?? activity;
}

const noteOf = (fields: Readonly<Record<string, string>>): string =>
  `attempt ${fields['attempt']} failed: ${fields['last_reason']}`;
