import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { OrderRepository } from '../../services/order/repository/index.ts';
import type { Temporal } from '../../platform/temporal/connection.ts';
import { checkoutWorkflow, refundWorkflow } from '../../workflows/contract/checkout.ts';

export interface SettleLostDeps {
  readonly temporal: Temporal;
  readonly orders: Pick<OrderRepository, 'find' | 'insert'>;
}

export interface SettleLostOptions {
  /**
   * Looks for lost orders only in workflows that were started since then. Default: in all that Temporal still knows.
   */
  readonly since?: Date | undefined;
  /** Only tells what would be done. */
  readonly dryRun: boolean;
}

/** What was done about one workflow. */
export interface Settled {
  readonly orderId: string;
  readonly workflow: string;
  readonly action: 'workflow ended' | 'order made again';
}

const listMs = 60_000;
const callMs = 10_000;
const reason = 'the databases were restored to an earlier state, so this run may know of steps that they have lost';

const money = z.object({ currencyCode: z.string(), minorUnits: z.string() });
const checkoutInput = z.object({
  orderId: z.uuid(),
  userId: z.uuid(),
  cartVersion: z.string(),
  lines: z.array(z.object({ productId: z.uuid(), quantity: z.int(), unitPrice: money })),
  total: money,
});
type LostOrder = z.infer<typeof checkoutInput>;

/**
 * For databases that were restored to an earlier moment than Temporal. Open workflows may have recorded steps that the
 * databases have lost, so they are terminated. Orders that the databases have lost are created again from the inputs of
 * their workflows. The sweeps then settle every PENDING order by what the databases know (rules S28 to S30).
 * May be repeated, and changes nothing wrongly if nothing was lost.
 */
export async function settleLost(
  { temporal, orders }: SettleLostDeps,
  { since, dryRun }: SettleLostOptions,
): Promise<Settled[]> {
  const done: Settled[] = [];
  const started = since === undefined ? '' : ` AND StartTime >= '${since.toISOString()}'`;
  const types = `WorkflowType IN ('${checkoutWorkflow}', '${refundWorkflow}')`;
  const now = new Date().toISOString();
  for (const workflow of await list(temporal, `${types} AND ExecutionStatus = 'Running' AND StartTime <= '${now}'`)) {
    if (!dryRun) await temporal.call(callMs, (client) => terminate(client, workflow));
    done.push({ orderId: orderOf(workflow), workflow, action: 'workflow ended' });
  }
  for (const workflow of await list(temporal, `WorkflowType = '${checkoutWorkflow}'${started}`)) {
    const orderId = orderOf(workflow);
    if ((await orders.find(orderId)) !== undefined) continue;
    if (!dryRun) await makeAgain(orders, await temporal.call(callMs, (client) => readInput(client, workflow)));
    done.push({ orderId, workflow, action: 'order made again' });
  }
  return done;
}

/** The ids of the workflows that match; a workflow with several runs is listed once. */
async function list(temporal: Temporal, query: string): Promise<Set<string>> {
  return temporal.call(listMs, async (client) => {
    const ids = new Set<string>();
    for await (const { workflowId } of client.workflow.list({ query, pageSize: 500 })) ids.add(workflowId);
    return ids;
  });
}

async function terminate(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  await handle.terminate(reason).catch(async (error: unknown) => {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') throw error;
  });
}

const orderOf = (workflowId: string): string => workflowId.slice(workflowId.indexOf('-') + 1);

interface Remembered {
  readonly order: LostOrder;
  /** The names of the products, one for each line; empty if the workflow's details no longer contain it. */
  readonly names: readonly string[];
}

async function readInput(client: Client, workflowId: string): Promise<Remembered> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
  const order = checkoutInput.parse(JSON.parse(Buffer.from(payload ?? []).toString()));
  const details = (await (await client.workflow.getHandle(workflowId).describe()).staticDetails()) ?? '';
  return { order, names: details.split('\n').map((line) => /^- \d+ × (.*) at [^@]*$/.exec(line)?.[1] ?? '') };
}

async function makeAgain(orders: Pick<OrderRepository, 'insert'>, { order, names }: Remembered): Promise<void> {
  const toMoney = ({ currencyCode, minorUnits }: z.infer<typeof money>) => {
    return { currencyCode, minorUnits: BigInt(minorUnits) };
  };
  await orders.insert({
    orderId: order.orderId,
    userId: order.userId,
    // The request id of the buyer is lost. The order's id is unique, too.
    requestId: order.orderId,
    requestFingerprint: 'restored',
    items: order.lines.map(({ productId, quantity, unitPrice }, position) => {
      const name = names[position];
      return { productId, name: name || productId, quantity, unitPrice: toMoney(unitPrice) };
    }),
    total: toMoney(order.total),
    cartVersion: BigInt(order.cartVersion),
    cause: 'created again from its workflow after a restore',
    startDelaySeconds: 0,
  });
}
