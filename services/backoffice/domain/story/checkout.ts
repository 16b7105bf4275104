import type { PendingStep, WorkflowRecord } from '../../../../proto/workflow-record.ts';
import type { Facts, TimelineEntry } from '../facts.ts';

/** The workflows: their starts and ends, who cancelled, what they do, and what they wait for. */
export function checkoutEntries(facts: Facts): readonly TimelineEntry[] {
  const { workflows, order, now } = facts;
  if (workflows === undefined) return [];
  if (workflows.length === 0 && order?.status === 'PENDING' && order.startTime === undefined) {
    const text = `the checkout's workflow is not started; the sweep has tried ${order.startAttempts} times`;
    return [{ time: now, part: 'checkout', kind: 'workflow.unstarted', text, fields: {} }];
  }
  return workflows.flatMap((workflow) => entriesOf(workflow, now, delayOf(workflow, facts)));
}

/** A start within this time needs no explanation. A rush may hold starts back for longer. */
const promptSeconds = 2;

/** Why there is nothing between the order and its start; undefined if it was started soon, or if this is a later run. */
function delayOf({ workflowId, startTime }: WorkflowRecord, { order, funds, stock, claim }: Facts): Delay | undefined {
  if (order === undefined || workflowId !== `checkout-${order.orderId}`) return undefined;
  // Whoever does not answer may know of an earlier run.
  if (funds === undefined || stock === undefined || claim === undefined) return undefined;
  const begun = [funds.hold?.createTime, stock.known?.createTime, claim.known?.createTime];
  if (begun.some((time) => time !== undefined && time < startTime)) return undefined;
  const seconds = Math.floor((startTime.getTime() - order.createTime.getTime()) / 1000);
  return seconds < promptSeconds ? undefined : { seconds, attempts: order.startAttempts };
}

interface Delay {
  readonly seconds: number;
  /** How often the sweep has taken the order up. */
  readonly attempts: number;
}

/** For example ", 74 s after the order was accepted; the sweep had taken it up 3 times". */
function lateOf({ seconds, attempts }: Delay): string {
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  const swept = attempts === 0 ? '' : `; the sweep had taken it up ${times}`;
  return `, ${seconds} s after the order was accepted${swept}`;
}

function entriesOf(workflow: WorkflowRecord, now: Date, delay: Delay | undefined): readonly TimelineEntry[] {
  const { workflowId, runId, status, startTime, closeTime, stage, pending, cancels } = workflow;
  const [name = ''] = workflowId.split('-');
  const entry = (time: Date, kind: string, text: string, more: Readonly<Record<string, string>> = {}) =>
    ({ time, part: 'checkout', kind, text, fields: { workflow_id: workflowId, ...more } }) satisfies TimelineEntry;
  const entries: TimelineEntry[] = [
    entry(startTime, 'workflow.started', `the ${name} workflow started${delay === undefined ? '' : lateOf(delay)}`, {
      run_id: runId,
      ...(delay && { start_delay_seconds: String(delay.seconds), start_attempts: String(delay.attempts) }),
    }),
    ...cancels.map(({ time, cause }) => entry(time, 'cancel.requested', `a cancel was asked for: ${cause}`, { cause })),
  ];
  if (closeTime !== undefined) {
    entries.push(entry(closeTime, 'workflow.closed', `the ${name} workflow closed: ${status}`, { status }));
    return entries;
  }
  const doing = stage === '' ? 'is open, and no worker has answered' : `is at: ${stage}`;
  entries.push(
    entry(now, 'workflow.open', `the ${name} workflow ${doing}`, { status, ...(stage !== '' && { stage }) }),
  );
  for (const step of pending) entries.push(entry(now, kindOf(step), `${step.step} ${waitOf(step)}`, fieldsOf(step)));
  return entries;
}

const kindOf = ({ lastReason }: PendingStep) => (lastReason === '' ? 'step.running' : 'step.retrying');

/** For example "waits for wallet: attempt 5; the last one failed: UPSTREAM_UNAVAILABLE – a service cannot be reached". */
function waitOf({ service, attempt, lastReason, lastMessage, nextAttemptTime }: PendingStep): string {
  if (lastReason === '') return `waits for the answer of ${service}`;
  const next = nextAttemptTime === undefined ? 'runs now' : `comes at ${nextAttemptTime.toISOString()}`;
  return `waits for ${service}: attempt ${attempt} ${next}; the last one failed: ${lastReason} – ${lastMessage}`;
}

function fieldsOf({ step, service, attempt, lastReason }: PendingStep): Readonly<Record<string, string>> {
  return { step, service, attempt: String(attempt), last_reason: lastReason };
}
