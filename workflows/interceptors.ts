import { proxySinks, workflowInfo } from '@temporalio/workflow';
import type { Headers, WorkflowInterceptors } from '@temporalio/workflow';
import { orderIn, originIn, withOrigin, withSubject } from '../platform/temporal/headers.ts';
import type { SpanSinks } from '../platform/temporal/workflow-spans.ts';
import type { Origin, Subject } from '../platform/telemetry/request-context.ts';
import { isSampled, traceIdOf } from '../platform/telemetry/trace-context.ts';

/**
 * Hands the request that started the workflow and the ids of its order on to its activities, as headers. A replay does not compare headers, so
 * they change no command. Log lines of the workflow have the ids of the order and of the request.
 */
export const interceptors = (): WorkflowInterceptors => {
  const { workflowId, runId } = workflowInfo();
  const spans = proxySinks<SpanSinks>();
  // It follows from the run, so that a replay gives it again.
  const spanId = runId.replaceAll('-', '').slice(-16);
  let origin: Origin | undefined;
  let subject: Subject = orderOf(workflowId);
  const withStory = (headers: Headers): Headers => withSubject(withOrigin(headers, origin), subject);
  return {
    inbound: [
      {
        execute: async (input, next) => {
          subject = { ...subject, ...orderIn(input.args[0]) };
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
        scheduleActivity: (input, next) => next({ ...input, headers: withStory(input.headers) }),
        scheduleLocalActivity: (input, next) => next({ ...input, headers: withStory(input.headers) }),
        getLogAttributes: (input, next) => next({ ...input, ...subject, ...requestOf(origin) }),
      },
    ],
  };
};

/** The order in the ids of both workflows of orders: see `contract/checkout.ts`. */
function orderOf(workflowId: string): Subject {
  const [, orderId] = /^(?:checkout|refund)-(.+)$/.exec(workflowId) ?? [];
  return orderId === undefined ? {} : { orderId };
}

function requestOf(origin: Origin | undefined): Record<string, string> {
  if (origin?.traceparent === undefined) return {};
  return { requestId: origin.requestId, traceId: traceIdOf(origin.traceparent) };
}
