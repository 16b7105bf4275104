import { ScalarType, type JsonObject } from '@bufbuild/protobuf';
import type { IncomingHttpHeaders } from 'node:http';
import { malformed } from '../json/malformed.ts';
import { findField, sentValue, setValue } from './message-json.ts';
import type { RestRoute } from './routes.ts';

const maxWaitSeconds = 8;

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

/** Sets `request_id` from `Idempotency-Key`; the two must not differ. The quotes of the draft standard are removed. */
function putRequestId(route: RestRoute, message: JsonObject, headers: IncomingHttpHeaders): void {
  const key = single(headers['idempotency-key'])
    ?.trim()
    .replace(/^"(?<key>.*)"$/, '$<key>');
  const field = findField(route.method.input, 'request_id');
  if (key === undefined || field?.scalar !== ScalarType.STRING) return;
  if (key === '') throw malformed([{ field: 'request_id', description: 'the header Idempotency-Key is empty' }]);
  const sent = sentValue(message, field);
  if (sent !== undefined && sent !== '' && sent !== key) {
    throw malformed([{ field: 'request_id', description: 'differs from the header Idempotency-Key' }]);
  }
  setValue(message, field, key);
}

/** Sets the Duration `wait` from `Prefer: wait=N` (RFC 7240), if the body has none. Returns what was applied. */
function putWait(route: RestRoute, message: JsonObject, headers: IncomingHttpHeaders): string | undefined {
  const field = findField(route.method.input, 'wait');
  if (field?.message?.typeName !== 'google.protobuf.Duration') return undefined;
  const sent = sentValue(message, field);
  const prefer = single(headers.prefer) ?? '';
  const asked = /(?:^|[,;])\s*wait\s*=\s*"?(?<seconds>\d{1,9})"?\s*(?:$|[,;])/i.exec(prefer)?.groups?.seconds;
  if (asked === undefined || sent !== undefined) return undefined;
  const applied = Math.min(Number(asked), maxWaitSeconds);
  setValue(message, field, `${applied}s`);
  return `wait=${applied}`;
}

/** Sets fields from `Idempotency-Key` and `Prefer`. Returns the answer's `Preference-Applied`, if any. */
export function applyHeaders(route: RestRoute, message: JsonObject, headers: IncomingHttpHeaders): string | undefined {
  putRequestId(route, message, headers);
  return putWait(route, message, headers);
}
