import { workflowInfo } from '@temporalio/workflow';
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { originHeader, originIn } from '../platform/temporal/headers.ts';
import { traceIdOf } from '../platform/telemetry/trace-context.ts';

type Carried = Parameters<typeof originIn>[0];

/**
 * Hands the request that started the workflow on to its activities, as headers. A replay does not compare headers, so
 * they change no command. Log lines of the workflow have the ids of the order and of the request.
 */
export const interceptors = (): WorkflowInterceptors => {
  const { workflowId } = workflowInfo();
  let carried: Carried = {};
  return {
    inbound: [
      {
        execute: (input, next) => {
          const header = input.headers[originHeader];
          if (header !== undefined) carried = { [originHeader]: header };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next({ ...input, headers: { ...input.headers, ...carried } }),
        scheduleLocalActivity: (input, next) => next({ ...input, headers: { ...input.headers, ...carried } }),
        getLogAttributes: (input, next) => next({ ...input, ...orderOf(workflowId), ...requestOf(carried) }),
      },
    ],
  };
};

/** The order in the ids of both workflows of orders: see `contract/checkout.ts`. */
function orderOf(workflowId: string): Record<string, string> {
  const [, orderId] = /^(?:checkout|refund)-(.+)$/.exec(workflowId) ?? [];
  return orderId === undefined ? {} : { orderId };
}

function requestOf(carried: Carried): Record<string, string> {
  const origin = originIn(carried);
  if (origin?.traceparent === undefined) return {};
  return { requestId: origin.requestId, traceId: traceIdOf(origin.traceparent) };
}
