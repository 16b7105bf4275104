import { causesOf } from '../../errors/causes.ts';

/**
 * Whether a broker has answered that another try may succeed, as it does for a topic that was just made and has no leader
 * yet. Its silence is another error. kafkajs wraps the answer after its last try, and exports the class in a way that ES
 * modules cannot import.
 */
export function isPassing(error: unknown): boolean {
  return [...causesOf(error)].some(
    (at) => at.name === 'KafkaJSProtocolError' && 'retriable' in at && at.retriable === true,
  );
}
