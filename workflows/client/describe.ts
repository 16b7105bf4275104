import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { serviceOfStep } from '../contract/parts.ts';
import {
  cancelUpdateName,
  checkoutWorkflowId,
  progressQueryName,
  refundWorkflowId,
  type CheckoutProgress,
} from '../contract/checkout.ts';
import type { PendingStep, WorkflowRecord } from '../../proto/workflow-record.ts';
import type { Temporal } from '../../platform/temporal/connection.ts';
import { queryMs } from './progress.ts';

const describeMs = 2_000;
/** A cancel comes early in a history, and a longer one is told well enough by its begin. */
const eventsRead = 200;

/** The last runs of an order's checkout and refund. A workflow that Temporal does not know is left out. */
export async function describeWorkflows(temporal: Temporal, orderId: string): Promise<readonly WorkflowRecord[]> {
  const ids = [checkoutWorkflowId(orderId), refundWorkflowId(orderId)];
  const found = await Promise.all(ids.map((id) => describe(temporal, id)));
  return found.filter((record) => record !== undefined);
}

async function describe(temporal: Temporal, workflowId: string): Promise<WorkflowRecord | undefined> {
  try {
    // First, because it tells an unknown workflow from a Temporal that does not answer. The read of a history does not.
    const description = await temporal.call(describeMs, (client) => client.workflow.getHandle(workflowId).describe());
    const isOpen = description.closeTime === undefined;
    const [cancels, stage] = await Promise.all([
      temporal.call(describeMs, (client) => readCancels(client, workflowId)),
      isOpen ? readStage(temporal, workflowId) : '',
    ]);
    return {
      workflowId,
      runId: description.runId,
      status: description.status.name,
      startTime: description.startTime,
      closeTime: description.closeTime,
      stage,
      pending: pendingSteps(description),
      cancels,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Only a worker can answer, so no answer says nothing about Temporal. */
async function readStage(temporal: Temporal, workflowId: string): Promise<string> {
  try {
    const progress = await temporal.call(queryMs, (client) =>
      client.workflow.getHandle(workflowId).query<CheckoutProgress>(progressQueryName),
    );
    return progress.stage;
  } catch {
    return '';
  }
}

function pendingSteps({ raw }: WorkflowExecutionDescription): readonly PendingStep[] {
  return (raw.pendingActivities ?? []).map((step) => {
    const name = step.activityType?.name ?? '';
    const failure = step.lastFailure;
    // An attempt that runs has no time of the next one.
    const next = failure ? dateOf(step.nextAttemptScheduleTime) : undefined;
    return {
      step: name,
      service: serviceOfStep(name),
      attempt: step.attempt ?? 1,
      lastReason: failure?.applicationFailureInfo?.type ?? (failure?.timeoutFailureInfo ? 'TIMEOUT' : ''),
      lastMessage: failure?.message ?? '',
      nextAttemptTime: next,
    };
  });
}

interface Time {
  readonly seconds?: { toString(): string } | null;
  readonly nanos?: number | null;
}

function dateOf(time: Time | null | undefined): Date | undefined {
  if (time === null || time === undefined) return undefined;
  return new Date(Number(time.seconds?.toString() ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / 1e6));
}

/** Cancels by the workflow's update, and by Temporal's own request. */
async function readCancels(client: Client, workflowId: string): Promise<WorkflowRecord['cancels']> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: eventsRead,
  });
  return (history?.events ?? []).flatMap((event) => {
    const time = dateOf(event.eventTime) ?? new Date(0);
    const input = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
    if (input?.name === cancelUpdateName) {
      const [cause] = input.args?.payloads ?? [];
      return [{ time, cause: cause ? String(defaultPayloadConverter.fromPayload(cause)) : '' }];
    }
    const asked = event.workflowExecutionCancelRequestedEventAttributes;
    return asked ? [{ time, cause: asked.cause || `cancelled in Temporal by ${asked.identity}` }] : [];
  });
}
