import { activityInfo } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { contextOf, type Subject } from '../telemetry/request-context.ts';
import { inSpan, SpanKind } from '../telemetry/spans.ts';
import { originIn, subjectIn } from './headers.ts';

/** Tells what an activity is about, from its arguments. */
type SubjectOf = (args: readonly unknown[]) => Subject;

/**
 * Runs activities, local ones too, in the context of the request that started their workflow. Without one in the
 * headers, as in workflows that were started by older versions, the id is the workflow's.
 */
export function activityInterceptors(subjectOf: SubjectOf): ActivityInterceptorsFactory[] {
  return [
    () => ({
      inbound: {
        execute: (input, next) => {
          const { activityType, workflowExecution } = activityInfo();
          const origin = originIn(input.headers) ?? { requestId: workflowExecution?.workflowId ?? '' };
          const context = { ...contextOf(origin), ...subjectIn(input.headers), ...subjectOf(input.args) };
          return inSpan(`RunActivity:${activityType}`, spanOfActivity, context, () => next(input));
        },
      },
    }),
  ];
}

function spanOfActivity() {
  const { workflowExecution, activityId, attempt, isLocal } = activityInfo();
  return {
    kind: SpanKind.INTERNAL,
    attributes: {
      'temporal.workflow.id': workflowExecution?.workflowId ?? '',
      'temporal.run.id': workflowExecution?.runId ?? '',
      'temporal.activity.id': activityId,
      'temporal.activity.attempt': attempt,
      'temporal.activity.local': isLocal,
    },
  };
}
