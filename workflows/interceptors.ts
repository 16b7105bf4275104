import { proxySinks, workflowInfo } from '@temporalio/workflow';
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { originIn, withOrigin } from '../platform/temporal/headers.ts';
import type { SpanSinks } from '../platform/temporal/workflow-spans.ts';
import type { Origin } from '../platform/telemetry/request-context.ts';
import { isSampled, traceIdOf } from '../platform/telemetry/trace-context.ts';

/**
 * Hands the request that started the workflow on to its activities, as headers. A replay does not compare headers, so
 * they change no command. Log lines of the workflow have the ids of the order and of the request.
 */
export const interceptors = (): WorkflowInterceptors => {
  const { workflowId, runId } = workflowInfo();
  const spans = proxySinks<SpanSinks>();
  // It follows from the run, so that a replay gives it again.
  const spanId = runId.replaceAll('-', '').slice(-16);
  let origin: Origin | undefined;
  return {
    inbound: [
      {
        execute: async (input, next) => {
          const started = originIn(input.headers);
          const parent = started?.traceparent;
          if (started === undefined || parent === undefined || !isSampled(parent)) {
            origin = started;
            return next(input);
          }
          origin = { ...started, traceparent: `00-${traceIdOf(parent)}-${spanId}-01` };
          let failed = true;
          try {
            const result = await next(input);
            failed = false;
            return result;
          } finally {
            spans.spans.ran(parent, spanId, failed);
          }
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next({ ...input, headers: withOrigin(input.headers, origin) }),
        scheduleLocalActivity: (input, next) => next({ ...input, headers: withOrigin(input.headers, origin) }),
        getLogAttributes: (input, next) => next({ ...input, ...orderOf(workflowId), ...requestOf(origin) }),
      },
    ],
  };
};

/** The order in the ids of both workflows of orders: see `contract/checkout.ts`. */
function orderOf(workflowId: string): Record<string, string> {
  const [, orderId] = /^(?:checkout|refund)-(.+)$/.exec(workflowId) ?? [];
  return orderId === undefined ? {} : { orderId };
}

function requestOf(origin: Origin | undefined): Record<string, string> {
  if (origin?.traceparent === undefined) return {};
  return { requestId: origin.requestId, traceId: traceIdOf(origin.traceparent) };
}
