import { activityInfo } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { contextOf, inRequest, type Subject } from '../telemetry/request-context.ts';
import { originIn } from './headers.ts';

/** Tells what an activity is about, from its arguments. */
export type SubjectOf = (args: readonly unknown[]) => Subject;

/**
 * Runs activities, local ones too, in the context of the request that started their workflow. Without one in the
 * headers, as in workflows that were started by older versions, the id is the workflow's.
 */
export function activityInterceptors(subjectOf: SubjectOf): ActivityInterceptorsFactory[] {
  return [
    () => ({
      inbound: {
        execute: (input, next) => {
          const origin = originIn(input.headers) ?? { requestId: activityInfo().workflowExecution?.workflowId ?? '' };
          return inRequest({ ...contextOf(origin), ...subjectOf(input.args) }, () => next(input));
        },
      },
    }),
  ];
}
