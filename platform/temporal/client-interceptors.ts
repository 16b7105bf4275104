import type { ClientInterceptors } from '@temporalio/client';
import { currentOrigin } from '../telemetry/request-context.ts';
import { withOrigin } from './headers.ts';

/** Sends the id and the trace of the current request with every call that a workflow hears of. */
export const clientInterceptors: ClientInterceptors = {
  workflow: [
    {
      startWithDetails: (input, next) => next({ ...input, headers: withOrigin(input.headers, currentOrigin()) }),
      signal: (input, next) => next({ ...input, headers: withOrigin(input.headers, currentOrigin()) }),
      signalWithStart: (input, next) => next({ ...input, headers: withOrigin(input.headers, currentOrigin()) }),
      query: (input, next) => next({ ...input, headers: withOrigin(input.headers, currentOrigin()) }),
      startUpdate: (input, next) => next({ ...input, headers: withOrigin(input.headers, currentOrigin()) }),
      startUpdateWithStart: (input, next) =>
        next({
          ...input,
          workflowStartHeaders: withOrigin(input.workflowStartHeaders, currentOrigin()),
          updateHeaders: withOrigin(input.updateHeaders, currentOrigin()),
        }),
    },
  ],
};
