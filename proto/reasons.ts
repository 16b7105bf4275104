import { statusOfCode, type CodeName } from './codes.ts';

/** The domain of every `google.rpc.ErrorInfo` that this project sends. */
export const errorDomain = 'ecommerce';

interface Declaration {
  /** Several, if the reason can be about the request itself or about the current state. */
  readonly code: CodeName | readonly CodeName[];
  /** The status over REST, if HTTP can say more than the code. */
  readonly status?: number;
  readonly means: string;
}

/**
 * All stable reasons of the API's errors. Clients read reasons, so an entry is never renamed and never gets another
 * code. An error that Connect raises has the name of its code in capitals as its reason.
 */
export const reasons = {
  // The request cannot be read, or nothing serves it.
  MALFORMED_REQUEST: { code: 'invalid_argument', means: 'the request cannot be read as its message' },
  VALIDATION_FAILED: { code: 'invalid_argument', means: 'a field breaks a rule of the contract' },
  REQUEST_ID_REUSED: { code: 'invalid_argument', means: 'the request id was used with another payload' },
  PAGE_TOKEN_INVALID: { code: 'invalid_argument', means: 'the page token is not of this list with these filters' },
  BODY_TOO_LARGE: { code: 'resource_exhausted', status: 413, means: 'the body is larger than the server takes' },
  HEAD_TOO_LARGE: {
    code: 'resource_exhausted',
    status: 431,
    means: 'the address and the headers are too long together',
  },
  REQUEST_TOO_SLOW: { code: 'deadline_exceeded', status: 408, means: 'the request did not arrive in time' },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'invalid_argument',
    status: 415,
    means: 'the path does not take this content type; REST takes JSON in UTF-8',
  },
  UNSUPPORTED_CONTENT_ENCODING: {
    code: 'invalid_argument',
    status: 415,
    means: 'the body is compressed in another way than gzip',
  },
  METHOD_NOT_ALLOWED: { code: 'unimplemented', status: 405, means: 'the path takes other HTTP methods' },
  ROUTE_NOT_FOUND: { code: 'not_found', means: 'nothing is served at this path' },

  // The caller.
  TOKEN_INVALID: { code: 'unauthenticated', means: 'the token is missing or not valid' },
  TOKEN_EXPIRED: { code: 'unauthenticated', means: 'the token has expired' },
  USER_REQUIRED: { code: 'permission_denied', means: 'only users may call this' },
  ADMIN_REQUIRED: { code: 'permission_denied', means: 'only administrators may call this' },
  SUPPORT_REQUIRED: { code: 'permission_denied', means: 'only support and administrators may call this' },
  CALLER_NOT_ALLOWED: { code: 'permission_denied', means: 'this caller may not call an internal method' },
  ACCESS_UNDECIDED: { code: 'permission_denied', means: 'the contract does not say who may call this' },

  // The servers and what they need.
  OVERLOADED: { code: 'unavailable', means: 'the server is overloaded' },
  UNAVAILABLE: { code: 'unavailable', means: 'the server is shutting down' },
  DATABASE_BUSY: { code: 'unavailable', means: 'the database is busy; nothing was done' },
  DATABASE_UNAVAILABLE: { code: 'unavailable', means: 'the database cannot be reached; nothing was done' },
  DATABASE_OUTCOME_UNKNOWN: {
    code: 'unavailable',
    means: 'the connection to the database was lost; repeat the request to find out whether it was done',
  },
  TEMPORAL_UNAVAILABLE: { code: 'unavailable', means: 'the workflow service does not answer' },
  JWKS_UNAVAILABLE: { code: 'unavailable', means: 'the keys that verify tokens cannot be read' },
  UPSTREAM_UNAVAILABLE: { code: 'unavailable', means: 'another service does not answer' },
  SERVICE_CALL_REFUSED: {
    code: 'internal',
    means: 'a call between services was refused, because the configuration is wrong',
  },
  DEADLINE_EXCEEDED: {
    code: 'deadline_exceeded',
    means: 'it took too long; repeat the request to find out whether it was done',
  },
  CANCELED: { code: 'canceled', means: 'the caller cancelled the call' },
  UNIMPLEMENTED: { code: 'unimplemented', means: 'the service has no such method' },
  INTERNAL: { code: 'internal', means: 'a defect' },
  UNKNOWN: { code: 'unknown', means: 'an error without a known cause' },

  // Users and sessions.
  EMAIL_TAKEN: { code: 'already_exists', means: 'the address is registered already' },
  INVALID_CREDENTIALS: { code: 'unauthenticated', means: 'the address or the password is wrong' },
  TOKEN_REUSED: { code: 'unauthenticated', means: 'the token was used before, and so its session has ended' },
  USER_NOT_FOUND: { code: 'not_found', means: 'there is no such user' },
  SESSION_NOT_FOUND: { code: 'not_found', means: 'there is no such session, or it belongs to another user' },
  RATE_LIMITED: { code: 'resource_exhausted', means: 'there were too many attempts' },

  // Products and their stock.
  PRODUCT_NOT_FOUND: { code: 'not_found', means: 'there is no such product' },
  SKU_TAKEN: { code: 'already_exists', means: 'another product has this SKU' },
  ETAG_MISMATCH: { code: 'aborted', means: 'the product has changed since it was read' },
  INVALID_PRODUCT: { code: 'invalid_argument', means: 'a field of the product is missing or breaks a rule' },
  INVALID_FIELD_MASK: { code: 'invalid_argument', means: 'the mask names a field that cannot be set' },
  STOCK_LIMIT: {
    code: 'invalid_argument',
    means: 'the product would have more pieces on hand than a product may have',
  },
  OUT_OF_STOCK: { code: 'failed_precondition', means: 'not enough pieces are left' },
  PRICE_CHANGED: { code: 'failed_precondition', means: 'the price or the total is no longer the one that was shown' },
  ALREADY_COMMITTED: { code: 'failed_precondition', means: 'the goods of this order are sold' },
  ALREADY_RELEASED: { code: 'failed_precondition', means: 'the order has already released its stock or its cart' },
  RESERVATION_NOT_COMMITTED: { code: 'failed_precondition', means: 'no goods were sold to this order' },

  // Wallets and the money held for orders.
  WALLET_NOT_FOUND: { code: 'not_found', means: 'there is no wallet yet' },
  WALLET_EXISTS: { code: 'already_exists', means: 'there is a wallet already' },
  CURRENCY_MISMATCH: {
    code: ['failed_precondition', 'invalid_argument'],
    means: 'the amounts are in different currencies',
  },
  FREE_TOP_UP_DISABLED: {
    code: 'permission_denied',
    means: 'here users cannot put money into their own wallets; an administrator can (AdminService/CreditWallet)',
  },
  INVALID_CURRENCY: {
    code: 'invalid_argument',
    means: 'the currency code is not in ISO 4217, or nobody pays with it',
  },
  TOP_UP_LIMIT_EXCEEDED: {
    code: 'failed_precondition',
    means: 'the wallet would have more money than a wallet may have',
  },
  INSUFFICIENT_FUNDS: { code: 'failed_precondition', means: 'the wallet has less available than the order costs' },
  HOLD_NOT_FOUND: { code: 'failed_precondition', means: 'no money was held for this order' },
  HOLD_NOT_CAPTURED: { code: 'failed_precondition', means: 'no money was taken for this order' },
  EXPIRED: { code: 'failed_precondition', means: 'the time in which the order could be paid is over' },
  ALREADY_VOIDED: { code: 'failed_precondition', means: 'the hold of this order has already been voided' },
  ALREADY_CAPTURED: { code: 'failed_precondition', means: 'the order is paid for' },

  // Carts.
  CART_ITEM_NOT_FOUND: { code: 'not_found', means: 'the product is not in the cart' },
  CART_LIMIT_EXCEEDED: {
    code: 'failed_precondition',
    means: 'the cart would have more lines or pieces than a cart may have',
  },
  CART_CHANGED: { code: 'failed_precondition', means: 'the cart was changed after the order was made' },
  CART_ALREADY_CLAIMED: { code: 'failed_precondition', means: 'another order is buying this cart' },
  CART_EMPTY: { code: 'failed_precondition', means: 'there is nothing in the cart' },

  // Orders and checkouts.
  ORDER_NOT_FOUND: { code: 'not_found', means: 'there is no such order, or it belongs to another user' },
  ORDER_CLOSED: { code: 'failed_precondition', means: 'the order does not have the status that this write expects' },
  ORDER_NOT_CANCELLABLE: { code: 'failed_precondition', means: 'the order cannot be cancelled any more' },
  TOTAL_MISMATCH: { code: 'invalid_argument', means: 'the total is not the sum of the items' },
  CANCELLATION_PENDING: { code: 'unavailable', means: 'the cancellation is still running' },
  REFUND_PENDING: { code: 'unavailable', means: 'the refund is still running' },

  // Backoffice.
  LAST_ADMIN: { code: 'failed_precondition', means: 'the user is the last administrator' },
  OWN_ORDER: { code: 'permission_denied', means: 'support does not refund its own orders' },
  OWN_ROLE: { code: 'failed_precondition', means: 'nobody takes a role from themselves' },
} as const satisfies Readonly<Record<string, Declaration>>;

export type Reason = keyof typeof reasons;

type CodeOf<Name extends Reason> = (typeof reasons)[Name]['code'] extends infer Codes
  ? Codes extends readonly (infer Code)[]
    ? Code
    : Codes
  : never;

/** The reasons that may come with a code. */
export type ReasonOf<Code extends CodeName> = {
  [Name in Reason]: Code extends CodeOf<Name> ? Name : never;
}[Reason];

export function isReason(word: string): word is Reason {
  return Object.hasOwn(reasons, word);
}

export function codesOf(reason: Reason): readonly CodeName[] {
  const { code }: Declaration = reasons[reason];
  return typeof code === 'string' ? [code] : code;
}

/** The reason's own status over REST; undefined if it is the status of its code. */
export function ownStatus(reason: Reason): number | undefined {
  const { status }: Declaration = reasons[reason];
  return status;
}

/** Every status over REST that a reason can have. */
export function statusesOf(reason: Reason): readonly number[] {
  const own = ownStatus(reason);
  return own === undefined ? [...new Set(codesOf(reason).map((code) => statusOfCode[code]))] : [own];
}
