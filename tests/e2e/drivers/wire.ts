import { fromBinary, getOption, hasOption, type DescMethod } from '@bufbuild/protobuf';
import { http } from '../../../proto/gen/google/api/annotations_pb.ts';
import { BadRequestSchema, ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { baseUrl, type Json } from './driver.ts';
import { toQuery } from './rest.ts';
import { publicFiles } from './public-files.ts';

/** The outcome of any RPC over any protocol. */
export interface Outcome {
  /** The HTTP status. If a stream fails, the HTTP status of its error code. */
  readonly status: number;
  /** The contract's reason. Empty for a success. */
  readonly reason: string;
  /** Names of the invalid fields. */
  readonly fields: readonly string[];
  /** The answer. The answer of a stream is its first message. */
  readonly answer: Json;
}

/** All public RPCs, read from the descriptors. */
export const publicMethods: readonly DescMethod[] = publicFiles.flatMap((file) =>
  file.services.flatMap((service) => service.methods),
);

/** For example `WalletService/TopUp`. */
export const nameOf = (method: DescMethod): string => `${method.parent.name}/${method.name}`;

const statuses: Readonly<Record<string, number>> = {
  invalid_argument: 400,
  failed_precondition: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  aborted: 409,
  resource_exhausted: 429,
  unavailable: 503,
};

/** The HTTP status of a Connect code. @param code for example `not_found` */
export const httpStatusOf = (code: string): number => statuses[code] ?? 500;

interface ConnectError {
  readonly code: string;
  readonly details?: readonly { readonly type: string; readonly value: string }[];
}

function fromError({ code, details = [] }: ConnectError): Outcome {
  const bytesOf = (type: string) => {
    const detail = details.find((each) => each.type === type);
    return detail && Buffer.from(detail.value, 'base64');
  };
  const [info, bad] = [bytesOf(ErrorInfoSchema.typeName), bytesOf(BadRequestSchema.typeName)];
  return {
    status: httpStatusOf(code),
    reason: info === undefined ? '' : fromBinary(ErrorInfoSchema, info).reason,
    fields: bad === undefined ? [] : fromBinary(BadRequestSchema, bad).fieldViolations.map(({ field }) => field),
    answer: {},
  };
}

function headersOf(type: string, token: string | undefined): Headers {
  const headers = new Headers({ 'content-type': type, 'connect-protocol-version': '1' });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  return headers;
}

/** Calls over Connect in JSON, unary or server streaming. */
export async function callConnect(method: DescMethod, request: Json, token?: string): Promise<Outcome> {
  const url = `${baseUrl()}/${method.parent.typeName}/${method.name}`;
  const body = JSON.stringify(request);
  if (method.methodKind === 'server_streaming') return callStream(url, body, token);
  const response = await fetch(url, { method: 'POST', headers: headersOf('application/json', token), body });
  const answer = (await response.json()) as Json;
  if (response.ok) return { status: 200, reason: '', fields: [], answer };
  return { ...fromError(answer as unknown as ConnectError), status: response.status };
}

const endOfStream = 0b10;

/** A message in the envelope that Connect streams use: one byte of flags, four of length. */
function enveloped(message: Uint8Array): Buffer<ArrayBuffer> {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

async function callStream(url: string, text: string, token: string | undefined): Promise<Outcome> {
  const headers = headersOf('application/connect+json', token);
  const response = await fetch(url, { method: 'POST', headers, body: enveloped(Buffer.from(text)) });
  return firstOf(response);
}

async function firstOf(response: Response): Promise<Outcome> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of response.body ?? []) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length < 5 || bytes.length < 5 + bytes.readUInt32BE(1)) continue;
    const first = bytes.subarray(5, 5 + bytes.readUInt32BE(1)).toString();
    if (bytes[0] === endOfStream) return fromError((JSON.parse(first) as { error: ConnectError }).error);
    const isJson = response.headers.get('content-type')?.endsWith('json') === true;
    return { status: 200, reason: '', fields: [], answer: isJson ? (JSON.parse(first) as Json) : {} };
  }
  throw new Error(`${response.url} answered ${response.status} without a message`);
}

/** Calls over Connect with any bytes instead of a message. For a success only the status is set. */
export async function callBytes(method: DescMethod, bytes: Uint8Array, token?: string): Promise<Outcome> {
  const url = `${baseUrl()}/${method.parent.typeName}/${method.name}`;
  const streams = method.methodKind === 'server_streaming';
  const headers = headersOf(streams ? 'application/connect+proto' : 'application/proto', token);
  const body = streams ? enveloped(bytes) : Buffer.from(bytes);
  const response = await fetch(url, { method: 'POST', headers, body });
  if (streams) return firstOf(response);
  if (!response.ok) return { ...fromError((await response.json()) as ConnectError), status: response.status };
  await response.arrayBuffer();
  return { status: 200, reason: '', fields: [], answer: {} };
}

/** A request that is no message at all: an array instead of an object. */
export const malformed = [] as unknown as Json;

/** True if the RPC has a REST route. Streams have none. */
export const hasRest = (method: DescMethod): boolean => hasOption(method, http);

const toCamel = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Removes a field from a request and returns its value. @param path field names as in the proto, joined by dots */
function take(request: Record<string, unknown>, path: string): string {
  const [name = '', ...rest] = path.split('.').map(toCamel);
  const value = request[name];
  if (rest.length > 0) {
    const inner = { ...(value as Record<string, unknown>) };
    request[name] = inner;
    return take(inner, rest.join('.'));
  }
  delete request[name];
  return String(value);
}

/** Calls over REST, by the route in the proto. */
export async function callRest(method: DescMethod, request: Json, token?: string): Promise<Outcome> {
  const { pattern, body } = getOption(method, http);
  if (typeof pattern.value !== 'string') throw new Error(`${method.name} has no route`);
  const rest: Record<string, unknown> = request === malformed && body === '' ? { nonsense: true } : { ...request };
  const path = pattern.value.replaceAll(/\{([\w.]+)\}/g, (_, field: string) => encodeURIComponent(take(rest, field)));
  const headers = headersOf('application/json', token);
  const query = body === '' ? `?${new URLSearchParams(toQuery(rest)).toString()}` : '';
  const response = await fetch(`${baseUrl()}${path}${query}`, {
    method: pattern.case?.toUpperCase() ?? 'GET',
    headers,
    ...(body === '' ? {} : { body: JSON.stringify(request === malformed ? malformed : rest) }),
  });
  const answer = (await response.json()) as Json;
  if (response.ok) return { status: 200, reason: '', fields: [], answer };
  const { reason, violations } = answer as { reason: string; violations: readonly { field: string }[] };
  return { status: response.status, reason, fields: violations.map(({ field }) => field), answer: {} };
}
