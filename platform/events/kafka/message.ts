import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import { acceptRequestId, type Origin } from '../../telemetry/request-context.ts';
import { acceptTraceparent } from '../../telemetry/trace-context.ts';
import type { CloudEvent } from '../cloud-event.ts';

/** The record is not one of our CloudEvents. Another delivery would not help. */
class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/**
 * CloudEvents' Kafka binding in binary mode: attributes in `ce_*` headers, data alone in the value, subject as key. The
 * attribute `traceparent` is that of CloudEvents' extension for distributed tracing; `requestid` is our own extension.
 */
export function toMessage(event: CloudEvent): Message {
  return {
    key: event.subject,
    value: JSON.stringify(event.data),
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: event.source,
      ce_type: event.type,
      ce_subject: event.subject,
      ce_time: event.time.toISOString(),
      'content-type': 'application/json',
      ...originHeaders(event.origin),
    },
  };
}

/** @throws MalformedMessage */
export function fromMessage(message: Pick<KafkaMessage, 'headers' | 'value'>): CloudEvent {
  const attribute = (name: string) => {
    const value = headerText(message.headers, `ce_${name}`);
    if (value === undefined) throw new MalformedMessage(`header ce_${name} is missing`);
    return value;
  };
  const event: Omit<CloudEvent, 'data'> = {
    id: attribute('id'),
    source: attribute('source'),
    type: attribute('type'),
    subject: attribute('subject'),
    time: new Date(attribute('time')),
    origin: originOf(message.headers),
  };
  if (Number.isNaN(event.time.getTime())) throw new MalformedMessage('header ce_time is not a time');
  return { ...event, data: parse(message.value) };
}

function originHeaders(origin: Origin | undefined): IHeaders {
  if (origin === undefined) return {};
  const { requestId, traceparent } = origin;
  return { ce_requestid: requestId, ...(traceparent === undefined ? {} : { ce_traceparent: traceparent }) };
}

/** What is not well formed is left out: it does not make the event a bad one. */
function originOf(headers: IHeaders | undefined): Origin | undefined {
  const requestId = headerText(headers, 'ce_requestid');
  if (requestId === undefined || acceptRequestId(requestId) !== requestId) return undefined;
  return { requestId, traceparent: acceptTraceparent(headerText(headers, 'ce_traceparent')) };
}

export function headerText(headers: IHeaders | undefined, name: string): string | undefined {
  const value = headers?.[name];
  const single = Array.isArray(value) ? value[0] : value;
  return single?.toString();
}

function parse(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString() ?? '');
  } catch (error) {
    throw new MalformedMessage('the value is not JSON', { cause: error });
  }
}
