import type { Books } from './book.ts';
import { Tally, type Finding } from './finding.ts';
import { lateAfterSeconds } from './late-checks.ts';

export interface OpenWorkflow {
  readonly orderId: string;
  readonly type: 'checkout' | 'refund';
  readonly startedAt: Date;
}

/** What the audit asks Temporal. */
export interface WorkflowsView {
  /** The state of the latest run of an order's checkout workflow. */
  readonly checkout: (orderId: string) => Promise<'open' | 'unknown' | { readonly closedAt: Date }>;
  /** The checkout and refund workflows that have been open for at least `seconds`. */
  readonly openFor: (seconds: number) => AsyncIterable<readonly OpenWorkflow[]>;
}

const maxAsked = 2_000;
const atOnce = 8;
/** How much the clocks of the database and of Temporal may differ. */
const clockSkewSeconds = 2;

/**
 * Compares orders with workflows. The books are a snapshot, and Temporal is asked after it. So orders and workflows
 * that changed less than `settledSeconds` before the snapshot are ignored.
 */
export async function workflowChecks(
  books: Books,
  workflows: WorkflowsView,
  settledSeconds: number,
): Promise<Finding[]> {
  const settled = Math.max(settledSeconds, clockSkewSeconds);
  return [await pendingOrders(books, workflows, settled), ...(await openWorkflows(books, workflows, settled))];
}

async function pendingOrders({ orders }: Books, workflows: WorkflowsView, settledSeconds: number): Promise<Finding> {
  const tally = new Tally('pending_order_has_workflow', 'no order is PENDING whose workflow is closed or unknown');
  const left = await orders.rows<{ id: string; limit: Date }>(
    `select id, now() - make_interval(secs => $1) as limit from orders.orders
     where status = 'PENDING' and started_at is not null and create_time <= now() - make_interval(secs => $1)
     order by started_at limit ${maxAsked}`,
    [settledSeconds],
  );
  const work = async (): Promise<void> => {
    for (let order = left.shift(); order !== undefined; order = left.shift()) {
      const state = await workflows.checkout(order.id);
      if (state === 'open') continue;
      if (state === 'unknown') tally.add({ order_id: order.id, workflow: 'unknown' });
      else if (state.closedAt <= order.limit) tally.add({ order_id: order.id, closed_at: state.closedAt });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return tally.finding();
}

async function openWorkflows({ orders }: Books, workflows: WorkflowsView, settledSeconds: number): Promise<Finding[]> {
  const unknown = new Tally('workflow_has_order', 'no workflow runs for an order that does not exist');
  const late = new Tally('workflow_late', `no workflow is open for longer than ${lateAfterSeconds} s`, 'late');
  for await (const batch of workflows.openFor(settledSeconds)) {
    const rows = await orders.rows<{ id: string; status: string; now: Date }>(
      `select id, status, now() as now from orders.orders where id = any($1)`,
      [batch.map(({ orderId }) => orderId)],
    );
    const known = new Map(rows.map((row) => [row.id, row]));
    for (const { orderId, type, startedAt } of batch) {
      const order = known.get(orderId);
      const row = { order_id: orderId, workflow: type, started_at: startedAt, order: order?.status };
      if (order === undefined) unknown.add(row);
      else if (order.now.getTime() - startedAt.getTime() > 1000 * lateAfterSeconds) late.add(row);
    }
  }
  return [unknown.finding(), late.finding()];
}
