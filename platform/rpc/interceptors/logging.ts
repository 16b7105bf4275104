import type { DescMethod } from '@bufbuild/protobuf';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { callerKey, type Caller } from '../../auth/caller.ts';
import { codeName } from '../../errors/code-name.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { requestIdHeader } from './request-id.ts';
import { observe, type Outcome } from './stream.ts';

const ourFault = new Set([Code.Internal, Code.Unknown, Code.DataLoss]);
const trouble = new Set([Code.Unavailable, Code.DeadlineExceeded]);

function describe(outcome: Outcome): { level: 'info' | 'warn' | 'error'; code: string; reason?: string } {
  if (outcome.ok) return { level: 'info', code: 'ok' };
  const error = ConnectError.from(outcome.error);
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason;
  const level = ourFault.has(error.code) ? 'error' : trouble.has(error.code) ? 'warn' : 'info';
  return { level, code: codeName(error.code), ...(reason === undefined ? {} : { reason }) };
}

/** What the line of every call has. `startedAt` is on the clock of `performance.now()`. */
export interface LoggedCall {
  readonly method: DescMethod;
  readonly startedAt: number;
  readonly requestId: string | null;
  readonly caller: Caller['kind'];
}

function lineOf(
  { method, startedAt, requestId, caller }: LoggedCall,
  answer: Omit<ReturnType<typeof describe>, 'level'>,
) {
  return {
    method: `${method.parent.typeName}/${method.name}`,
    ...answer,
    durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
    requestId,
    caller,
  };
}

/** Logs the line of a call that went past the interceptors. */
export function logServed(logger: Logger, call: LoggedCall): void {
  if (logger.isLevelEnabled('info')) logger.info(lineOf(call, { code: 'ok' }), 'call served');
}

/**
 * Logs one line for each call: method, code, reason, milliseconds, request id and kind of caller. Never messages or
 * headers.
 * @param quiet whether the level is `debug` instead of `info`, for calls within the process
 */
export function loggingInterceptor(logger: Logger, quiet = false): Interceptor {
  return (next) => (request) => {
    const startedAt = performance.now();
    return observe(
      () => next(request),
      (outcome) => {
        const { level, ...answer } = describe(outcome);
        const call = {
          method: request.method,
          startedAt,
          requestId: request.header.get(requestIdHeader),
          caller: request.contextValues.get(callerKey).kind,
        };
        const cause = outcome.ok || level === 'info' ? undefined : ConnectError.from(outcome.error).cause;
        logger[quiet && level === 'info' ? 'debug' : level](
          { ...lineOf(call, answer), ...(cause === undefined ? {} : { err: cause }) },
          outcome.ok ? 'call served' : 'call refused',
        );
      },
    );
  };
}
