import { getOption, type DescMethod } from '@bufbuild/protobuf';
import { access, Access } from '../gen/ecommerce/options/v1/access_pb.ts';
import { commentOf } from './comments.ts';
import type { Header, Reference, Response, Schema } from './document.ts';

/** The REST status of each reason that comments in the contract name; the codes behind them say the same. */
export const statusOfReason: Readonly<Record<string, number>> = {
  CART_EMPTY: 400,
  CART_LIMIT_EXCEEDED: 400,
  CURRENCY_MISMATCH: 400,
  INVALID_PRODUCT: 400,
  ORDER_NOT_CANCELLABLE: 400,
  OUT_OF_STOCK: 400,
  PAGE_TOKEN_INVALID: 400,
  PRICE_CHANGED: 400,
  REQUEST_ID_REUSED: 400,
  TOP_UP_LIMIT_EXCEEDED: 400,
  INVALID_CREDENTIALS: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_INVALID: 401,
  TOKEN_REUSED: 401,
  CART_ITEM_NOT_FOUND: 404,
  ORDER_NOT_FOUND: 404,
  PRODUCT_NOT_FOUND: 404,
  SESSION_NOT_FOUND: 404,
  WALLET_NOT_FOUND: 404,
  EMAIL_TAKEN: 409,
  ETAG_MISMATCH: 409,
  SKU_TAKEN: 409,
  WALLET_EXISTS: 409,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
};

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is malformed, or cannot be carried out as things stand',
  401: 'The access token is missing, invalid or expired, or the credentials are wrong',
  403: 'The caller may not do this',
  404: 'There is no such thing, or it is somebody else’s',
  409: 'It conflicts with what is there',
  413: 'The body is larger than 1 MiB',
  415: 'The body is not JSON in UTF-8',
  429: 'Too many attempts; `Retry-After` says when to try again',
  500: 'A defect; the log has the cause under the `requestId`',
  503: 'Something that is needed does not answer, or there is too much to do; try again',
  504: 'It took longer than 10 s; whether it was done only a repeat can tell',
};

/** RFC 9457 problem details, as `toProblem` writes them. */
export const problemSchema: Schema = {
  type: 'object',
  description: 'Problem details (RFC 9457) with the same reason that the other protocols carry.',
  properties: {
    type: { type: 'string', const: 'about:blank' },
    title: { type: 'string', description: 'The status in words.' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'One or more sentences for a person. May change; never parse it.' },
    instance: { type: 'string', description: 'Path of the request.' },
    reason: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$', description: 'Stable, for example `INSUFFICIENT_FUNDS`.' },
    domain: { type: 'string', description: 'Whose reason it is.' },
    metadata: {
      type: 'object',
      description: 'Details of the reason, for example the product that was out of stock.',
      additionalProperties: { type: 'string' },
    },
    violations: {
      type: 'array',
      description: 'What is wrong with which field, by its path in proto names.',
      items: {
        type: 'object',
        properties: { field: { type: 'string' }, description: { type: 'string' } },
        required: ['field', 'description'],
      },
    },
    requestId: { type: 'string', description: 'The id under which the log has the request; also in `X-Request-Id`.' },
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

function problemResponse(status: number, reasons: readonly string[]): Response {
  const list = reasons.map((name) => `\`${name}\``).join(', ');
  const description = `${meanings[status] ?? 'Any other error'}.${list === '' ? '' : ` Reasons: ${list}.`}`;
  return { description, headers: headersOf(status), content };
}

/** Reasons that need no comment: they come from the platform. */
const usualReasons: Readonly<Record<number, readonly string[]>> = {
  400: ['MALFORMED_REQUEST', 'VALIDATION_FAILED'],
  401: ['TOKEN_INVALID', 'TOKEN_EXPIRED'],
  403: ['USER_REQUIRED'],
  404: [],
  413: ['BODY_TOO_LARGE'],
  415: ['UNSUPPORTED_MEDIA_TYPE'],
  500: ['INTERNAL'],
  503: ['OVERLOADED'],
  504: ['DEADLINE_EXCEEDED'],
};

/** The error answers that most methods share, by their names under `#/components/responses`. */
export const sharedResponses: Readonly<Record<string, Response>> = Object.fromEntries([
  ...Object.entries(usualReasons).map(([status, reasons]): [string, Response] => [
    `Problem${status}`,
    problemResponse(Number(status), reasons),
  ]),
  ['Problem', problemResponse(0, [])],
]);

/** Reasons that a method's comment names, by status. */
function namedReasons(method: DescMethod): Map<number, string[]> {
  const comment = commentOf(`${method.parent.typeName}.${method.name}`) ?? '';
  const words = new Set(comment.match(/\b[A-Z]+(?:_[A-Z]+)*\b/g));
  if (method.input.fields.some(({ name }) => name === 'page_token')) words.add('PAGE_TOKEN_INVALID');
  const reasons = [...words].filter((word) => Object.hasOwn(statusOfReason, word));
  return Map.groupBy(reasons, (reason) => statusOfReason[reason] ?? 400);
}

/** Every error answer of a method: each status with the reasons known for it, and `default` for the rest. */
export function problemResponses(
  method: DescMethod,
  has: { readonly body: boolean; readonly path: boolean },
): Record<string, Response | Reference> {
  const who = getOption(method, access);
  const signedIn = who === Access.USER || who === Access.ADMIN;
  const named = namedReasons(method);
  if (who === Access.ADMIN) named.set(403, ['ADMIN_REQUIRED']);
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
    const shared = usual.includes(status) ? (usualReasons[status] ?? []) : [];
    const own = (named.get(status) ?? []).filter((reason) => !shared.includes(reason));
    const isShared = own.length === 0 && usual.includes(status);
    return [
      String(status),
      isShared ? { $ref: `#/components/responses/Problem${status}` } : problemResponse(status, [...own, ...shared]),
    ];
  });
  return { ...Object.fromEntries(answers), default: { $ref: '#/components/responses/Problem' } };
}
