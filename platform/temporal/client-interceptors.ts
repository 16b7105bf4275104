import type { ClientInterceptors } from '@temporalio/client';
import { currentOrigin, type Origin } from '../telemetry/request-context.ts';
import { endingSpan, recordsSpanOf, SpanKind, startSpan } from '../telemetry/spans.ts';
import { withOrigin } from './headers.ts';

/** Sends the id and the trace of the current request with every call that a workflow hears of. */
export const clientInterceptors: ClientInterceptors = {
  workflow: [
    {
      startWithDetails: (input, next) =>
        recorded(`StartWorkflow:${input.workflowType}`, input.options.workflowId, (origin) =>
          next({ ...input, headers: withOrigin(input.headers, origin) }),
        ),
      signal: (input, next) =>
        recorded(`SignalWorkflow:${input.signalName}`, input.workflowExecution.workflowId ?? '', (origin) =>
          next({ ...input, headers: withOrigin(input.headers, origin) }),
        ),
      signalWithStart: (input, next) =>
        recorded(`SignalWithStartWorkflow:${input.workflowType}`, input.options.workflowId, (origin) =>
          next({ ...input, headers: withOrigin(input.headers, origin) }),
        ),
      startUpdate: (input, next) =>
        recorded(`UpdateWorkflow:${input.updateName}`, input.workflowExecution.workflowId ?? '', (origin) =>
          next({ ...input, headers: withOrigin(input.headers, origin) }),
        ),
      startUpdateWithStart: (input, next) =>
        recorded(`UpdateWithStartWorkflow:${input.updateName}`, input.workflowStartOptions.workflowId, (origin) =>
          next({
            ...input,
            workflowStartHeaders: withOrigin(input.workflowStartHeaders, origin),
            updateHeaders: withOrigin(input.updateHeaders, origin),
          }),
        ),
      // Nothing happens in a query that a span would show.
      query: (input, next) => next({ ...input, headers: withOrigin(input.headers, currentOrigin()) }),
    },
  ],
};

async function recorded<Result>(
  name: string,
  workflowId: string,
  call: (origin: Origin | undefined) => Promise<Result>,
): Promise<Result> {
  const origin = currentOrigin();
  if (origin === undefined || !recordsSpanOf(origin.traceparent)) return call(origin);
  const attributes = { 'temporal.workflow.id': workflowId };
  const span = startSpan(name, { kind: SpanKind.CLIENT, parent: origin.traceparent, attributes });
  return endingSpan(span, () => call({ ...origin, traceparent: span?.traceparent ?? origin.traceparent }));
}
