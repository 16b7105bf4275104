import type { EventFacts, Facts, TimelineEntry } from '../facts.ts';

/** The events of the order: written, published, taken in; what waits and what is dead. */
export function eventEntries({ order, receipts, now }: Facts): readonly TimelineEntry[] {
  const events = order?.events ?? [];
  const arrivals = (receipts ?? []).map(({ eventId, consumer, time }): TimelineEntry => {
    const name = nameOf(events.find((event) => event.eventId === eventId)?.type ?? 'event');
    const fields = { event_id: eventId, consumer };
    return { time, part: 'events', kind: 'event.received', text: `the ${consumer} has taken in ${name}`, fields };
  });
  return [...events.flatMap((event) => entriesOf(event, now)), ...arrivals];
}

function entriesOf(event: EventFacts, now: Date): readonly TimelineEntry[] {
  const { eventId, type, topic, writeTime, publishTime, attempts, lastError, dead } = event;
  const name = nameOf(type);
  const fields = { event_id: eventId, type, topic };
  const entry = (time: Date, kind: string, text: string, more: Readonly<Record<string, string>> = {}) =>
    ({ time, part: 'events', kind, text, fields: { ...fields, ...more } }) satisfies TimelineEntry;
  const written = entry(writeTime, 'event.written', `the event ${name} was written`);
  if (publishTime !== undefined)
    return [written, entry(publishTime, 'event.published', `the event ${name} was published`)];
  const tried = { attempts: String(attempts), last_error: lastError };
  if (dead)
    return [
      written,
      entry(now, 'event.dead', `the event ${name} is dead after ${attempts} attempts: ${lastError}`, tried),
    ];
  const why = attempts === 0 ? '' : ` after ${attempts} failed attempts: ${lastError}`;
  return [written, entry(now, 'event.waiting', `the event ${name} waits to be published${why}`, tried)];
}

/** `ecommerce.order.v1.OrderCompleted` → `OrderCompleted`. */
export function nameOf(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}
