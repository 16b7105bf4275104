import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import type { Interceptor } from '@connectrpc/connect';
import { setTimeout as delay } from 'node:timers/promises';
import { fromConnectError } from '../../errors/from-connect.ts';
import type { Logger } from '../../telemetry/logger.ts';

const pausesMs = [50, 200];

/**
 * Repeats calls that failed because of the network: a read always, a write only if it was certainly not processed. This
 * hides a restart of the other process. All attempts share the call's deadline; a caller that needs more adds its own.
 */
export function retryClientInterceptor(logger: Logger): Interceptor {
  return (next) => async (request) => {
    if (request.stream) return next(request);
    const isRead = request.method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
    for (const pauseMs of pausesMs) {
      try {
        return await next(request);
      } catch (thrown) {
        const error = fromConnectError(thrown);
        const byNetwork = error.reason === 'UPSTREAM_UNAVAILABLE' && (isRead || error.kind === 'transient');
        if (!byNetwork || request.signal.aborted) throw thrown;
        logger.debug({ method: `${request.service.typeName}/${request.method.name}` }, 'call repeated');
        await delay(pauseMs, undefined, { signal: request.signal }).catch(() => {
          throw thrown;
        });
      }
    }
    return next(request);
  };
}
