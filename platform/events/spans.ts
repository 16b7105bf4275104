import { recordsSpanOf, SpanKind, errorTypeOf, inSpan, startSpan } from '../telemetry/spans.ts';
import {
  contextOfEvent,
  type EventConsumer,
  type EventPublisher,
  type CloudEvent,
  type OutgoingEvent,
} from './cloud-event.ts';

// Names and attributes are those of OpenTelemetry's semantic conventions for messaging.
const attributesOf = (operation: 'send' | 'process', topic: string, { id, subject }: CloudEvent) => ({
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
  'messaging.destination.name': topic,
  'messaging.message.id': id,
  'messaging.message.conversation_id': subject,
});

/** Records the sending of each event. What takes it in then belongs to that span. */
export function recordedPublisher(publisher: EventPublisher): EventPublisher {
  return {
    ...publisher,
    publish: async (events) => {
      if (events.every(({ event }) => recordedOrigin(event) === undefined)) return publisher.publish(events);
      const sent = events.map((outgoing) => withSpan(outgoing, publisher.system));
      try {
        await publisher.publish(sent.map(({ outgoing }) => outgoing));
        for (const { span } of sent) span?.end();
      } catch (error) {
        for (const { span } of sent) span?.end(errorTypeOf(error));
        throw error;
      }
    },
  };
}

/** The request of an event; undefined if no span is recorded of sending it. */
const recordedOrigin = ({ origin }: CloudEvent) =>
  origin?.traceparent !== undefined && recordsSpanOf(origin.traceparent) ? origin : undefined;

function withSpan(outgoing: OutgoingEvent, system: string) {
  const { topic, event } = outgoing;
  const origin = recordedOrigin(event);
  if (origin === undefined) return { outgoing, span: undefined };
  const span = startSpan(`send ${topic}`, {
    kind: SpanKind.PRODUCER,
    parent: origin.traceparent,
    attributes: { 'messaging.system.name': system, ...attributesOf('send', topic, event) },
  });
  const traceparent = span?.traceparent ?? origin.traceparent;
  return { outgoing: { topic, event: { ...event, origin: { ...origin, traceparent } } }, span };
}

/** Gives an event to its consumer, with the ids of the request of which it tells. */
export function handleEvent(consumer: EventConsumer, event: CloudEvent, system: string): Promise<void> {
  const { topic, name } = consumer;
  const options = () => ({
    kind: SpanKind.CONSUMER,
    attributes: {
      'messaging.system.name': system,
      'messaging.consumer.group.name': name,
      ...attributesOf('process', topic, event),
    },
  });
  return inSpan(`process ${topic}`, options, contextOfEvent(event, consumer.subjectOf), () => consumer.handle(event));
}
