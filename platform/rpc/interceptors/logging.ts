import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { callerKey } from '../../auth/caller.ts';
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
        const cause = outcome.ok || level === 'info' ? undefined : ConnectError.from(outcome.error).cause;
        logger[quiet && level === 'info' ? 'debug' : level](
          {
            method: `${request.service.typeName}/${request.method.name}`,
            ...answer,
            durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
            requestId: request.header.get(requestIdHeader),
            caller: request.contextValues.get(callerKey).kind,
            ...(cause === undefined ? {} : { err: cause }),
          },
          outcome.ok ? 'call served' : 'call refused',
        );
      },
    );
  };
}
