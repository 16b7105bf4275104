import { logLevel, type logCreator } from 'kafkajs';
import type { Logger } from 'pino';

/** What a group or topic that was just made goes through; kafkajs calls these errors, waits and goes on. */
const growingPains =
  /coordinator is not available|not the correct coordinator|no leader for this topic|does not host this topic|rebalanc|retries for the idempotent|member id|coordinator is loading/i;
const repeatAfterMs = 30_000;

/**
 * kafkajs' log lines as ours. It reports errors that it goes on to mend, so none is above `warn`, expected ones are
 * `debug`, and one that repeats is told every 30 s; what it gives up on, its callers report.
 */
export function bridgeLog(logger: Logger): logCreator {
  const toldAt = new Map<string, number>();
  return () =>
    ({ level, namespace, log: { message, error, broker, groupId } }) => {
      const details = { kafka: namespace, reason: error, broker, groupId };
      const text = `${message} ${String(error ?? '')}`;
      const last = toldAt.get(text) ?? -Infinity;
      if (level > logLevel.WARN || growingPains.test(text) || Date.now() - last < repeatAfterMs) {
        return logger.debug(details, message);
      }
      if (toldAt.size > 100) toldAt.clear();
      toldAt.set(text, Date.now());
      logger.warn(details, message);
    };
}
