import { ScalarType, type JsonObject } from '@bufbuild/protobuf';
import type { IncomingHttpHeaders } from 'node:http';
import { etagPathOf } from '../../../proto/etag.ts';
import { malformed } from '../json/malformed.ts';
import { allowedEtags } from './if-match.ts';
import { findField, locate, sentValue, setValue } from './message-json.ts';
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
  // A UUID in capitals is the same one.
  if (sent !== undefined && sent !== '' && String(sent).toLowerCase() !== key.toLowerCase()) {
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

/** Sets the resource's etag, each of those that the condition allows in turn. */
export interface Precondition {
  readonly etags: readonly string[];
  readonly put: (etag: string) => void;
}

/**
 * Reads `If-Match`. A request that changes something without an etag does not take it: a condition that nobody checks
 * must not be accepted. A read changes nothing, so there it is ignored.
 */
function readPrecondition(
  route: RestRoute,
  message: JsonObject,
  headers: IncomingHttpHeaders,
): Precondition | undefined {
  const header = single(headers['if-match']);
  if (header === undefined || route.httpMethod === 'GET') return undefined;
  const path = etagPathOf(route.method.input, route.template.fields);
  const etags = allowedEtags(header);
  if (etags === undefined) return undefined;
  if (path === undefined) throw malformed([{ field: 'If-Match', description: 'is not supported by this request' }]);
  const { parent, field } = locate(message, route.method.input, path);
  const sent = sentValue(parent, field) ?? '';
  if (sent !== '' && !etags.includes(String(sent))) {
    throw malformed([{ field: path, description: 'differs from the header If-Match' }]);
  }
  return { etags: sent === '' ? etags : [String(sent)], put: (etag) => setValue(parent, field, etag) };
}

export interface FromHeaders {
  /** The answer's `Preference-Applied`. */
  readonly applied: string | undefined;
  readonly precondition: Precondition | undefined;
}

/** Sets fields from `Idempotency-Key` and `Prefer`, and reads `If-Match`. @throws MALFORMED_REQUEST */
export function applyHeaders(route: RestRoute, message: JsonObject, headers: IncomingHttpHeaders): FromHeaders {
  putRequestId(route, message, headers);
  return { applied: putWait(route, message, headers), precondition: readPrecondition(route, message, headers) };
}
