import { contextOf, inRequest, type Origin, type RequestContext, type Subject } from '../telemetry/request-context.ts';

/** A CloudEvents 1.0 event whose data is JSON. Money in it is `{ currencyCode, minorUnits: "1999" }`: no bigint. */
export interface CloudEvent<Data = unknown> {
  /** UUID. A consumer takes in each id once. */
  readonly id: string;
  /** The sender, for example `/ecommerce/order`. */
  readonly source: string;
  /** For example `ecommerce.order.v1.OrderCompleted`. */
  readonly type: string;
  /** Id of the aggregate; events of one subject arrive in order. */
  readonly subject: string;
  readonly time: Date;
  readonly data: Data;
  /** The request of which the event tells; undefined if its sender did not say. */
  readonly origin?: Origin | undefined;
}

/** An event with the topic it goes to. */
export interface OutgoingEvent {
  readonly topic: string;
  readonly event: CloudEvent;
  /** True if it was published before. */
  readonly resent?: boolean;
}

/** Sends events. Returns when the other side has stored them or taken them in. */
export interface EventPublisher {
  /** What carries the events, in the words of OpenTelemetry, for example `kafka`. */
  readonly system: string;
  /** @throws PublisherUnavailable if nothing can be sent now. Any other error is caused by one of the events. */
  readonly publish: (events: readonly OutgoingEvent[]) => Promise<void>;
}

/** No event can be sent now. Try again later, and count no failure against any event. */
export class PublisherUnavailable extends Error {
  override readonly name = 'PublisherUnavailable';
}

/** Tells what an event is about. It is asked before the event is checked, so it must not throw. */
export type SubjectOf = (event: CloudEvent) => Subject;

/** What a service does with the events of one topic. */
export interface EventConsumer {
  /** Stable name of the consumer group and key in the inbox, for example `cart`. */
  readonly name: string;
  readonly topic: string;
  /** What an event is about, for the log. */
  readonly subjectOf?: SubjectOf;
  /** Takes an event in, once (`consumeOnce`). If it throws, the event is delivered again. */
  readonly handle: (event: CloudEvent) => Promise<void>;
}

/** Runs `work` for an event, with the ids of the request of which it tells. */
export function forEvent<Result>(event: CloudEvent, subjectOf: SubjectOf | undefined, work: () => Result): Result {
  return inRequest(contextOfEvent(event, subjectOf), work);
}

export function contextOfEvent(event: CloudEvent, subjectOf: SubjectOf | undefined): RequestContext {
  return { ...contextOf(event.origin ?? { requestId: event.id }), ...subjectOf?.(event) };
}
