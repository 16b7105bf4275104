import type { DescMethod } from '@bufbuild/protobuf';
import type { Interceptor } from '@connectrpc/connect';
import type { Registry } from 'prom-client';
import type { Logger } from '../../telemetry/logger.ts';
import { authorizeFor, identifyFor, type AuthDeps } from './auth.ts';
import { edgeInterceptor } from './edge.ts';
import { Guard } from './guard.ts';
import { createCallLog } from './logging.ts';
import { createCallMetrics } from './metrics.ts';
import { OpenCalls, type OpenCallsOptions } from './open-calls.ts';
import { createCheck } from './validation.ts';

export interface InterceptorDeps extends Omit<AuthDeps, 'logger'>, OpenCallsOptions {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly limits: { readonly unaryDeadlineMs: number };
}

export interface Interceptors {
  /** For Connect's handlers. */
  readonly edge: Interceptor[];
  /** What every call of a method gets, whatever way it comes. */
  readonly guardOf: (method: DescMethod) => Guard;
  /** Counts and logs a call of a shared read that was answered without them, as they would have done. */
  readonly served: (call: ServedCall) => void;
}

export interface ServedCall {
  readonly method: DescMethod;
  /** On the clock of `performance.now()`. */
  readonly startedAt: number;
  readonly requestId: string;
  readonly traceparent: string | undefined;
}

/** Makes what stands around the handlers of all methods: see `Guard`. */
export function createInterceptors(deps: InterceptorDeps): Interceptors {
  const common = {
    check: createCheck(),
    count: createCallMetrics(deps.registry),
    log: createCallLog(deps.logger),
    open: new OpenCalls(deps),
    maxMs: deps.limits.unaryDeadlineMs,
  };
  const guards = new Map<DescMethod, Guard>();
  const guardOf = (method: DescMethod): Guard => {
    const guard =
      guards.get(method) ??
      new Guard(method, { ...common, identify: identifyFor(method, deps), authorize: authorizeFor(method) });
    guards.set(method, guard);
    return guard;
  };
  return {
    edge: [edgeInterceptor(guardOf)],
    guardOf,
    served: ({ method, startedAt, ...context }) => {
      common.count(method, undefined, startedAt);
      common.log({ method, startedAt, context, caller: 'anonymous', quiet: false }, undefined);
    },
  };
}
