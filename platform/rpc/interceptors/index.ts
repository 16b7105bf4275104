import type { DescMethod } from '@bufbuild/protobuf';
import type { Interceptor } from '@connectrpc/connect';
import type { Registry } from 'prom-client';
import type { Logger } from '../../telemetry/logger.ts';
import { authInterceptor, type AuthDeps } from './auth.ts';
import { deadlineInterceptor } from './deadline.ts';
import { drainInterceptor } from './drain.ts';
import { errorsInterceptor } from './errors.ts';
import { loggingInterceptor, logServed } from './logging.ts';
import { createCallMetrics, metricsInterceptor } from './metrics.ts';
import { overloadInterceptor } from './overload.ts';
import { requestIdInterceptor } from './request-id.ts';
import { validationInterceptor } from './validation.ts';

export interface InterceptorDeps extends Omit<AuthDeps, 'logger'> {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly limits: { readonly unaryDeadlineMs: number };
  /** Aborted when the server begins to drain. */
  readonly draining: AbortSignal;
}

export interface InterceptorChains {
  /** For calls from outside. */
  readonly edge: Interceptor[];
  /** For calls within the process. They need no permit, because the outer call has one. They are logged at `debug`. */
  readonly inProcess: Interceptor[];
  /** Counts and logs a call of a shared read that was answered without them, as they would have done. */
  readonly served: (call: ServedCall) => void;
}

export interface ServedCall {
  readonly method: DescMethod;
  /** On the clock of `performance.now()`. */
  readonly startedAt: number;
  readonly requestId: string;
}

/**
 * The interceptors of every handler, outermost first. Errors are mapped inside logging and metrics, so that those see
 * the final codes. The permit is inside the deadline, so that a call that timed out but still works keeps it.
 */
export function createInterceptors(deps: InterceptorDeps): InterceptorChains {
  const count = createCallMetrics(deps.registry);
  const inner = [authInterceptor(deps), validationInterceptor()];
  const outer = (quiet: boolean) => [
    requestIdInterceptor(),
    loggingInterceptor(deps.logger, quiet),
    metricsInterceptor(count),
    errorsInterceptor(),
    drainInterceptor(deps.draining),
    deadlineInterceptor(deps.limits.unaryDeadlineMs),
  ];
  return {
    edge: [...outer(false), overloadInterceptor(), ...inner],
    inProcess: [...outer(true), ...inner],
    served: ({ method, startedAt, requestId }) => {
      count(method, 'OK', startedAt);
      logServed(deps.logger, { method, startedAt, requestId, caller: 'anonymous' });
    },
  };
}
