import { PublisherUnavailable, type EventConsumer, type EventPublisher } from './cloud-event.ts';
import { isTransient } from './deliver.ts';

/**
 * Hands events straight to the consumers of this process: what stands in for Kafka where no broker is configured. The
 * outbox keeps what a consumer could not take, so nothing is lost; the inbox sees the repeats.
 */
export function createLocalPublisher(consumers: readonly EventConsumer[]): EventPublisher {
  return {
    publish: async (events) => {
      for (const { topic, event } of events) {
        for (const consumer of consumers) {
          if (consumer.topic !== topic) continue;
          try {
            await consumer.handle(event);
          } catch (error) {
            if (!isTransient(error)) throw error;
            throw new PublisherUnavailable(`${consumer.name} can not take events now`, { cause: error });
          }
        }
      }
    },
  };
}
