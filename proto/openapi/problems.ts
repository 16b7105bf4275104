import { getOption, type DescMethod } from '@bufbuild/protobuf';
import { access, Access } from '../gen/ecommerce/options/v1/access_pb.ts';
import { isReason, reasons, statusesOf, type Reason } from '../reasons.ts';
import { commentOf } from './comments.ts';
import type { Header, Reference, Response, Schema } from './document.ts';

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is malformed, or the current state does not allow it',
  401: 'The access token is missing, invalid or expired, or the credentials are wrong',
  403: 'The caller may not do this',
  404: 'It does not exist, or it belongs to another user',
  409: 'It conflicts with data that exists',
  412: 'The resource does not have any of the etags in `If-Match`',
  413: 'The body is larger than 1 MiB',
  415: 'The body is not JSON in UTF-8',
  429: 'Too many attempts; `Retry-After` says when to try again',
  500: 'A defect; the log has the cause under the `requestId`',
  503: 'A dependency does not answer, or the server is overloaded; try again',
  504: 'It took longer than 10 s; repeat the request to find out whether it was done',
};

/** RFC 9457 problem details, as `toProblem` writes them. */
export const problemSchema: Schema = {
  type: 'object',
  description: 'Problem details (RFC 9457), with the same reason as in the other protocols.',
  properties: {
    type: { type: 'string', const: 'about:blank' },
    title: { type: 'string', description: 'The status in words.' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'One or more sentences for a person. May change; never parse it.' },
    instance: { type: 'string', description: 'Path of the request.' },
    reason: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$', description: 'Stable, for example `INSUFFICIENT_FUNDS`.' },
    domain: { type: 'string', description: 'Domain of the reason.' },
    metadata: {
      type: 'object',
      description: 'Details of the reason, for example the product that was out of stock.',
      additionalProperties: { type: 'string' },
    },
    violations: {
      type: 'array',
      description: 'The fields that are wrong, by their path in proto names, and why.',
      items: {
        type: 'object',
        properties: { field: { type: 'string' }, description: { type: 'string' } },
        required: ['field', 'description'],
      },
    },
    requestId: { type: 'string', description: 'Id of the request in the log; also in `X-Request-Id`.' },
  },
  required: [
    'type',
    'title',
    'status',
    'detail',
    'instance',
    'reason',
    'domain',
    'metadata',
    'violations',
    'requestId',
  ],
};

export const sharedHeaders: Readonly<Record<string, Header>> = {
  'X-Request-Id': {
    description: 'The id of the request in logs: the caller’s own, or a new one.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 0 } },
  'WWW-Authenticate': { description: '`Bearer`.', schema: { type: 'string' } },
};

export const requestIdHeader: Reference = { $ref: '#/components/headers/X-Request-Id' };

function headersOf(status: number): Readonly<Record<string, Reference>> {
  return {
    'X-Request-Id': requestIdHeader,
    ...(status === 401 ? { 'WWW-Authenticate': { $ref: '#/components/headers/WWW-Authenticate' } } : {}),
    ...(status === 429 || status === 503 ? { 'Retry-After': { $ref: '#/components/headers/Retry-After' } } : {}),
  };
}

const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

function problemResponse(status: number, told: readonly Reason[]): Response {
  const lines = told.map((reason) => `\n- \`${reason}\`: ${reasons[reason].means}`);
  const list = lines.length === 0 ? '' : ` Reasons:\n${lines.join('')}`;
  return { description: `${meanings[status] ?? 'Any other error'}.${list}`, headers: headersOf(status), content };
}

function byStatus(told: readonly Reason[]): Map<number, Reason[]> {
  const found = new Map<number, Reason[]>();
  for (const reason of told) {
    for (const status of statusesOf(reason)) found.set(status, [...(found.get(status) ?? []), reason]);
  }
  return found;
}

/** Reasons that come from the platform. Comments of methods do not name them. */
const usualReasons = byStatus([
  'MALFORMED_REQUEST',
  'VALIDATION_FAILED',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'USER_REQUIRED',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'INTERNAL',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
]);

/** The error answers that most methods share, by their names under `#/components/responses`. */
export const sharedResponses: Readonly<Record<string, Response>> = Object.fromEntries([
  ...[400, 401, 403, 404, 413, 415, 500, 503, 504].map((status): [string, Response] => [
    `Problem${status}`,
    problemResponse(status, usualReasons.get(status) ?? []),
  ]),
  ['Problem', problemResponse(0, [])],
]);

/**
 * The specific reasons of a method, by status: those in its comment, and those that follow from its fields and access.
 */
function ownReasons(method: DescMethod): Map<number, Reason[]> {
  const comment = commentOf(`${method.parent.typeName}.${method.name}`) ?? '';
  const words = new Set<string>(comment.match(/\b[A-Z]+(?:_[A-Z]+)*\b/g));
  if (method.input.fields.some(({ name }) => name === 'page_token')) words.add('PAGE_TOKEN_INVALID');
  const who = getOption(method, access);
  if (who === Access.ADMIN) words.add('ADMIN_REQUIRED');
  if (who === Access.SUPPORT) words.add('SUPPORT_REQUIRED');
  return byStatus([...words].filter(isReason));
}

/** Every error answer of a method: each status with its known reasons, and `default` for the rest. */
export function problemResponses(
  method: DescMethod,
  has: { readonly body: boolean; readonly path: boolean; readonly precondition: boolean },
): Record<string, Response | Reference> {
  const who = getOption(method, access);
  const signedIn = who === Access.USER || who === Access.ADMIN || who === Access.SUPPORT;
  const named = ownReasons(method);
  if (has.precondition) named.set(412, ['ETAG_MISMATCH']);
  const usual = [
    400,
    ...(signedIn ? [401, 403] : []),
    ...(has.path ? [404] : []),
    ...(has.body ? [413, 415] : []),
    500,
    503,
    504,
  ];
  const statuses = [...new Set([...usual, ...named.keys()])].sort((left, right) => left - right);
  const answers = statuses.map((status): [string, Response | Reference] => {
    const shared = usual.includes(status) ? (usualReasons.get(status) ?? []) : [];
    const own = (named.get(status) ?? []).filter((reason) => !shared.includes(reason));
    const isShared = own.length === 0 && usual.includes(status);
    return [
      String(status),
      isShared ? { $ref: `#/components/responses/Problem${status}` } : problemResponse(status, [...own, ...shared]),
    ];
  });
  return { ...Object.fromEntries(answers), default: { $ref: '#/components/responses/Problem' } };
}
