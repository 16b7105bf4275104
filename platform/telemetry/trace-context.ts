/** W3C's header, and CloudEvents' extension attribute, with the trace and the span of the caller. */
export const traceparentHeader = 'traceparent';

// https://www.w3.org/TR/trace-context/#traceparent-header-field-values. Later versions may append fields.
const form =
  /^(?:00|(?!00|ff)[0-9a-f]{2}(?=.{53}(?:-|$)))-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})/;
const version0Length = 55;

/** The caller's `traceparent` as one of version 00, or undefined if there is none or it is not well formed. */
export function acceptTraceparent(sent: string | readonly string[] | null | undefined): string | undefined {
  if (typeof sent !== 'string') return undefined;
  const found = form.exec(sent);
  if (found === null || (sent.startsWith('00') && sent.length !== version0Length)) return undefined;
  const [, traceId, spanId, flags = '00'] = found;
  return `00-${traceId}-${spanId}-0${Number.parseInt(flags, 16) & 1}`;
}

/** The trace id in a well-formed `traceparent`. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

/** The id of the span in a well-formed `traceparent`. */
export function spanIdOf(traceparent: string): string {
  return traceparent.slice(36, 52);
}

/** Whether the caller records its spans. */
export function isSampled(traceparent: string): boolean {
  return traceparent.endsWith('1');
}
