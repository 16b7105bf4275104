import { getOption } from '@bufbuild/protobuf';
import { http } from '../../proto/gen/google/api/annotations_pb.ts';
import { methodOf, type Method } from './contract.ts';
import { defaultTimeoutMs, NoAnswer, Refused, type ApiClient, type Json } from './api-client.ts';

/** Calls over REST. The request id is sent as `Idempotency-Key`. @param baseUrl for example http://127.0.0.1:8000 */
export function restClient(baseUrl: string): ApiClient {
  return {
    close: () => undefined,
    async call(method, request, { token, timeoutMs = defaultTimeoutMs, signal } = {}) {
      const { verb, pathAndQuery, headers, body } = restCall(method, request);
      const over = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(baseUrl + pathAndQuery, {
          method: verb,
          headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
          signal: signal === undefined ? over : AbortSignal.any([signal, over]),
          ...(body === undefined ? {} : { body }),
        });
        const text = await response.text();
        if (response.ok) return JSON.parse(text) as Json;
        throw restFailure(response, text);
      } catch (error) {
        if (error instanceof Refused || error instanceof NoAnswer) throw error;
        throw new NoAnswer(nameOf(error), `${method} was not answered`);
      }
    },
  };
}

interface RestCall {
  readonly verb: string;
  readonly pathAndQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Builds the REST request from the route in the proto (`google.api.http`). */
function restCall(method: Method, request: Json): RestCall {
  const { pattern, body } = getOption(methodOf(method), http);
  if (typeof pattern.value !== 'string') throw new Error(`the proto gives ${method} no REST route`);
  const fields = new Map(Object.entries(request));
  const path = pattern.value.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const field = toCamel(name);
    const value = String(fields.get(field));
    fields.delete(field);
    return encodeURIComponent(value);
  });
  const verb = pattern.case?.toUpperCase() ?? 'GET';
  if (body === '') {
    const query = new URLSearchParams(toQuery(Object.fromEntries(fields))).toString();
    return { verb, pathAndQuery: query === '' ? path : `${path}?${query}`, headers: {}, body: undefined };
  }
  const requestId = fields.get('requestId');
  fields.delete('requestId');
  const headers = {
    'content-type': 'application/json',
    ...(requestId === undefined ? {} : { 'idempotency-key': String(requestId) }),
  };
  return { verb, pathAndQuery: path, headers, body: JSON.stringify(Object.fromEntries(fields)) };
}

const toCamel = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function toQuery(fields: Json, prefix = ''): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'object' && value !== null) return toQuery(value as Json, `${prefix}${name}.`);
    return [[prefix + name, String(value)]];
  });
}

function restFailure({ status, headers }: Response, text: string): Error {
  const { reason = '', detail = '' } = problemOf(text);
  const told = `${reason} ${detail}`.trim();
  const isDefinitive = status < 500 && status !== 429 && status !== 408 && status !== 401;
  if (isDefinitive) return new Refused(reason, `${status} ${detail}`);
  return new NoAnswer(String(status), told, 1000 * Number(headers.get('retry-after') ?? 0));
}

// A proxy in between may answer with a page that is not JSON.
function problemOf(text: string): { readonly reason?: string; readonly detail?: string } {
  try {
    return JSON.parse(text) as { reason?: string; detail?: string };
  } catch {
    return { detail: text.slice(0, 80) };
  }
}

function nameOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return String(cause);
}
