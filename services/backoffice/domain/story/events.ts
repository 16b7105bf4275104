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
  const { eventId, type, topic, writeTime, publishTime, firstPublishTime, attempts, lastError, dead } = event;
  const name = nameOf(type);
  const fields = { event_id: eventId, type, topic };
  const entry = (time: Date, kind: string, text: string, more: Readonly<Record<string, string>> = {}) =>
    ({ time, part: 'events', kind, text, fields: { ...fields, ...more } }) satisfies TimelineEntry;
  const before = [entry(writeTime, 'event.written', `the event ${name} was written`)];
  const first = firstPublishTime ?? publishTime;
  if (first !== undefined) before.push(entry(first, 'event.published', `the event ${name} was published`));
  const again = firstPublishTime === undefined ? '' : ' again';
  if (publishTime !== undefined) {
    const resent = entry(publishTime, 'event.resent', `the event ${name} was published again, by \`events resend\``);
    return again === '' ? before : [...before, resent];
  }
  const tried = { attempts: String(attempts), last_error: lastError };
  if (dead)
    return [
      ...before,
      entry(now, 'event.dead', `the event ${name} is dead after ${attempts} attempts: ${lastError}`, tried),
    ];
  const why = attempts === 0 ? '' : ` after ${attempts} failed attempts: ${lastError}`;
  return [...before, entry(now, 'event.waiting', `the event ${name} waits to be published${again}${why}`, tried)];
}

/** `ecommerce.order.v1.OrderCompleted` → `OrderCompleted`. */
export function nameOf(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}
