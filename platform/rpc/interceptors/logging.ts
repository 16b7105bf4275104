import type { DescMethod } from '@bufbuild/protobuf';
import { Code, type ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import type { Caller } from '../../auth/caller.ts';
import { AppError } from '../../errors/app-error.ts';
import { codeName } from '../../errors/code-name.ts';
import { connectCode, type Refusal } from '../../errors/to-connect.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { logFieldsOf, type RequestContext } from '../../telemetry/request-context.ts';

/** What the line of a call has, besides how it ended. `startedAt` as of `performance.now()`. */
interface LoggedCall {
  readonly method: DescMethod;
  readonly startedAt: number;
  readonly context: RequestContext;
  readonly caller: Caller['kind'];
  /** Whether the level is `debug` instead of `info`: for calls within the process. */
  readonly quiet: boolean;
}

/** Logs a call that has ended; without a refusal it succeeded. */
export type LogCall = (call: LoggedCall, refusal: Refusal | undefined) => void;

const ourFault = new Set([Code.Internal, Code.Unknown, Code.DataLoss]);
const trouble = new Set([Code.Unavailable, Code.DeadlineExceeded]);

function levelOf(code: Code): 'info' | 'warn' | 'error' {
  return ourFault.has(code) ? 'error' : trouble.has(code) ? 'warn' : 'info';
}

function reasonOf(error: AppError | ConnectError): string | undefined {
  return error instanceof AppError ? error.reason : error.findDetails(ErrorInfoSchema)[0]?.reason;
}

/**
 * Logs one line for each call: method, code, reason, milliseconds, kind of caller, and the ids of the request and of what
 * it is about. Never messages or headers.
 */
export function createCallLog(logger: Logger): LogCall {
  return ({ method, startedAt, context, caller, quiet }, refusal) => {
    const code = refusal && connectCode(refusal.error);
    const level = code === undefined ? 'info' : levelOf(code);
    // What services ask of each other is told by who asks, for example as a step of an order.
    const shown = (quiet || caller === 'service') && level === 'info' ? 'debug' : level;
    if (!logger.isLevelEnabled(shown)) return;
    const reason = refusal && reasonOf(refusal.error);
    const cause = level === 'info' ? undefined : refusal?.cause;
    logger[shown](
      {
        method: `${method.parent.typeName}/${method.name}`,
        code: code === undefined ? 'ok' : codeName(code),
        ...(reason === undefined ? {} : { reason }),
        durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
        ...logFieldsOf(context),
        caller,
        ...(cause === undefined ? {} : { err: cause }),
      },
      refusal === undefined ? 'call served' : 'call refused',
    );
  };
}
