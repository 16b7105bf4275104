import { logLevel, type logCreator } from 'kafkajs';
import type { Logger } from 'pino';

/**
 * kafkajs reports these as errors while a group or topic is new. It waits and goes on. "Topic creation errors" comes first of
 * all when two processes make a topic; if it was not made, the caller of kafkajs gets an error. "No broker available" means
 * that a consumer has lost its connections, which are told of themselves.
 */
const passingErrors =
  /coordinator is not available|not the correct coordinator|no leader for this topic|does not host this topic|rebalanc|retries for the idempotent|member id|coordinator is loading|not the leader for that topic-partition|topic creation errors|no broker available/i;
const repeatAfterMs = 30_000;

/**
 * Sends the log of kafkajs to our logger. kafkajs also reports errors from which it recovers. So no line is above
 * `warn`, expected errors are `debug`, and a repeated one is a warning only every 30 s. Callers report when kafkajs
 * gives up.
 */
export function bridgeLog(logger: Logger): logCreator {
  const toldAt = new Map<string, number>();
  return () =>
    ({ level, namespace, log: { message, error, broker, groupId } }) => {
      const details = { kafka: namespace, reason: error, broker, groupId };
      const text = `${message} ${String(error ?? '')}`;
      const last = toldAt.get(text) ?? -Infinity;
      if (level > logLevel.WARN || passingErrors.test(text) || performance.now() - last < repeatAfterMs) {
        return logger.debug(details, message);
      }
      if (toldAt.size > 100) toldAt.clear();
      toldAt.set(text, performance.now());
      logger.warn(details, message);
    };
}
