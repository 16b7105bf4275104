import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import type { Origin, Subject } from '../telemetry/request-context.ts';
import { acceptTraceparent } from '../telemetry/trace-context.ts';

/** The header in which Temporal's own interceptors for OpenTelemetry carry W3C's headers, in every language. */
const originHeader = '_tracer-data';

/** Temporal's headers with the id and the trace of a request. */
export function withOrigin(headers: Headers, origin: Origin | undefined): Headers {
  if (origin === undefined) return headers;
  const { requestId, traceparent } = origin;
  return { ...headers, [originHeader]: defaultPayloadConverter.toPayload({ 'x-request-id': requestId, traceparent }) };
}

/** The request in Temporal's headers; undefined if there is none that is well formed. */
export function originIn(headers: Headers): Origin | undefined {
  const payload = headers[originHeader];
  if (payload === undefined) return undefined;
  const carried: unknown = defaultPayloadConverter.fromPayload(payload);
  if (typeof carried !== 'object' || carried === null || !('x-request-id' in carried)) return undefined;
  const { 'x-request-id': requestId } = carried;
  if (typeof requestId !== 'string') return undefined;
  const traceparent = 'traceparent' in carried ? carried.traceparent : undefined;
  return { requestId, traceparent: typeof traceparent === 'string' ? acceptTraceparent(traceparent) : undefined };
}

/** The header in which a workflow tells its steps what it is about. Not every step has all ids in its input. */
const subjectHeader = 'ecommerce-subject';

/** Temporal's headers with the order and its buyer. */
export function withSubject(headers: Headers, { orderId, userId }: Subject): Headers {
  return { ...headers, [subjectHeader]: defaultPayloadConverter.toPayload({ orderId, userId }) };
}

/** What the work is about: nothing if no header says so, as in workflows of older versions. */
export function subjectIn(headers: Headers): Subject {
  const payload = headers[subjectHeader];
  return payload === undefined ? {} : orderIn(defaultPayloadConverter.fromPayload(payload));
}

/** The order and its buyer in the input of a workflow or a step. */
export function orderIn(input: unknown): Subject {
  const textOf = (field: 'orderId' | 'userId') => {
    const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, field) : undefined;
    return typeof value === 'string' ? { [field]: value } : {};
  };
  return { ...textOf('orderId'), ...textOf('userId') };
}
