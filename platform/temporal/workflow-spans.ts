import type { InjectedSinks } from '@temporalio/worker';
import type { Sinks } from '@temporalio/workflow';
import { SpanKind, startSpan } from '../telemetry/spans.ts';

/** What workflows tell the worker about their spans. */
export interface SpanSinks extends Sinks {
  readonly spans: {
    /**
     * A run has ended. Its steps belong to the span `spanId` already.
     * @param parent the `traceparent` of what started it
     */
    ran(parent: string, spanId: string, failed: boolean): void;
  };
}

/** Records the runs of workflows, outside of the sandbox. A replay tells nothing. */
export const spanSinks: InjectedSinks<SpanSinks> = {
  spans: {
    ran: {
      fn: ({ workflowType, workflowId, runId, startTime }, parent, spanId, failed) => {
        const attributes = { 'temporal.workflow.id': workflowId, 'temporal.run.id': runId };
        const options = { kind: SpanKind.INTERNAL, parent, attributes, startTime, spanId };
        startSpan(`RunWorkflow:${workflowType}`, options)?.end(failed ? 'WorkflowFailed' : undefined);
      },
      callDuringReplay: false,
    },
  },
};
