import type { Interceptor } from '@connectrpc/connect';
import type { Registry } from 'prom-client';
import type { Logger } from '../../telemetry/logger.ts';
import { authInterceptor, type AuthDeps } from './auth.ts';
import { deadlineInterceptor } from './deadline.ts';
import { drainInterceptor } from './drain.ts';
import { errorsInterceptor } from './errors.ts';
import { loggingInterceptor } from './logging.ts';
import { metricsInterceptor } from './metrics.ts';
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
}

/**
 * The interceptors of every handler, outermost first. Errors are mapped inside logging and metrics, so that those see
 * the final codes. The permit is inside the deadline, so that a call that timed out but still works keeps it.
 */
export function createInterceptors(deps: InterceptorDeps): InterceptorChains {
  const metrics = metricsInterceptor(deps.registry);
  const inner = [authInterceptor(deps), validationInterceptor()];
  const outer = (quiet: boolean) => [
    requestIdInterceptor(),
    loggingInterceptor(deps.logger, quiet),
    metrics,
    errorsInterceptor(),
    drainInterceptor(deps.draining),
    deadlineInterceptor(deps.limits.unaryDeadlineMs),
  ];
  return {
    edge: [...outer(false), overloadInterceptor(), ...inner],
    inProcess: [...outer(true), ...inner],
  };
}
