import { PublisherUnavailable, type EventConsumer, type EventPublisher } from './cloud-event.ts';
import { isTransient } from './deliver.ts';
import { handleEvent } from './spans.ts';

const system = 'in_process';

/**
 * Hands events directly to the consumers of this process. It replaces Kafka if no broker is configured. The outbox
 * keeps events that a consumer could not take in, so none is lost. The inbox drops repeats.
 */
export function createLocalPublisher(consumers: readonly EventConsumer[]): EventPublisher {
  return {
    system,
    publish: async (events) => {
      for (const { topic, event } of events) {
        for (const consumer of consumers) {
          if (consumer.topic !== topic) continue;
          try {
            await handleEvent(consumer, event, system);
          } catch (error) {
            if (!isTransient(error)) throw error;
            throw new PublisherUnavailable(`${consumer.name} cannot take events in now`, { cause: error });
          }
        }
      }
    },
  };
}
