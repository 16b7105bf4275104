import type { DescMethod } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { setTimeout as delay } from 'node:timers/promises';
import { fromConnectError } from '../../errors/from-connect.ts';
import type { Logger } from '../../telemetry/logger.ts';

const pausesMs = [50, 200];

export interface RetryOptions {
  readonly logger: Logger;
  /** When the caller stops waiting, on the clock of `performance.now()`. All attempts share it. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Repeats a unary call that failed because of the network: a read always, a write only if it was certainly not
 * processed. This hides a restart of the other process. A caller that needs more attempts makes its own.
 */
export async function withRetries<Answer>(
  { parent, name, idempotency }: DescMethod,
  { logger, deadlineMs, signal }: RetryOptions,
  attempt: () => Promise<Answer>,
): Promise<Answer> {
  const isRead = idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  for (const pauseMs of pausesMs) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = fromConnectError(thrown);
      const byNetwork = error.reason === 'UPSTREAM_UNAVAILABLE' && (isRead || error.kind === 'transient');
      const hasTime = performance.now() + pauseMs < deadlineMs;
      if (!byNetwork || !hasTime || signal?.aborted === true) throw thrown;
      logger.debug({ method: `${parent.typeName}/${name}` }, 'call repeated');
      await delay(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw thrown;
      });
    }
  }
  return attempt();
}
