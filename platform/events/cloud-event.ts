/** A CloudEvents 1.0 event whose data is JSON. Money in it is `{ currencyCode, minorUnits: "1999" }`: no bigint. */
export interface CloudEvent<Data = unknown> {
  /** UUID; consumers take each in once. */
  readonly id: string;
  /** Who says it, for example `/ecommerce/order`. */
  readonly source: string;
  /** For example `ecommerce.order.v1.OrderCompleted`. */
  readonly type: string;
  /** Id of the aggregate; events of one subject arrive in order. */
  readonly subject: string;
  readonly time: Date;
  readonly data: Data;
}

/** An event with the topic it goes to. */
export interface OutgoingEvent {
  readonly topic: string;
  readonly event: CloudEvent;
}

/** Sends events and returns once they are safe on the other side. */
export interface EventPublisher {
  /** @throws PublisherUnavailable if nothing can be sent now; anything else is the fault of one of the events. */
  readonly publish: (events: readonly OutgoingEvent[]) => Promise<void>;
}

/** The way out is closed, whatever the event: try again later and blame none. */
export class PublisherUnavailable extends Error {
  override readonly name = 'PublisherUnavailable';
}

/** A service's interest in a topic. */
export interface EventConsumer {
  /** Stable: name of the consumer group and key of the inbox, for example `cart`. */
  readonly name: string;
  readonly topic: string;
  /** Takes an event in, once (`consumeOnce`). What it throws leads to another delivery. */
  readonly handle: (event: CloudEvent) => Promise<void>;
}
