import type { CodeName } from '../../proto/codes.ts';
import type { ReasonOf } from '../../proto/reasons.ts';

/** The codes that our errors may have. They are names, so that the domain does not import Connect. */
export type ErrorCode = Exclude<CodeName, 'canceled' | 'unknown' | 'out_of_range' | 'data_loss'>;

/**
 * What a caller may conclude. `definitive`: the effect did not happen and a repeat gets the same answer. `transient`:
 * the effect did not happen, a repeat may succeed. `unknown`: it may have happened; only a repeat can tell.
 */
export type ErrorKind = 'definitive' | 'transient' | 'unknown';

/** One field of a request that breaks a rule. `field` is the path in proto names, for example `amount.minor_units`. */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

export interface AppErrorOptions {
  readonly kind?: ErrorKind;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly violations?: readonly FieldViolation[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

const kindByCode: Partial<Record<ErrorCode, ErrorKind>> = {
  unavailable: 'transient',
  resource_exhausted: 'transient',
  aborted: 'transient',
  deadline_exceeded: 'unknown',
  internal: 'unknown',
};

/** A code with a reason that is declared for it. */
type Declared = { [Code in ErrorCode]: readonly [code: Code, reason: ReasonOf<Code>] }[ErrorCode];

/** A code and a reason of another process. A newer process may have reasons that this one does not know. */
type Received = readonly [code: ErrorCode, reason: { readonly received: string }];

/**
 * An error whose reason is part of the public contract. Every other error is a defect: callers see only `internal` with
 * the request id.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** Stable, upper snake case, for example `INSUFFICIENT_FUNDS`. */
  readonly reason: string;
  readonly kind: ErrorKind;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    ...[code, reason, message, options = {}]: readonly [
      ...(Declared | Received),
      message: string,
      options?: AppErrorOptions,
    ]
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.reason = typeof reason === 'string' ? reason : reason.received;
    this.kind = options.kind ?? kindByCode[code] ?? 'definitive';
    this.metadata = options.metadata ?? {};
    this.violations = options.violations ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

type Metadata = Readonly<Record<string, string>>;

export function notFound(reason: ReasonOf<'not_found'>, message: string, metadata: Metadata = {}): AppError {
  return new AppError('not_found', reason, message, { metadata });
}

export function alreadyExists(reason: ReasonOf<'already_exists'>, message: string, metadata: Metadata = {}): AppError {
  return new AppError('already_exists', reason, message, { metadata });
}

export function failedPrecondition(
  reason: ReasonOf<'failed_precondition'>,
  message: string,
  metadata: Metadata = {},
): AppError {
  return new AppError('failed_precondition', reason, message, { metadata });
}

/** Wrong input that the domain finds, not the contract's rules. */
export function invalidArgument(reason: ReasonOf<'invalid_argument'>, field: string, description: string): AppError {
  return new AppError('invalid_argument', reason, `${field}: ${description}`, {
    violations: [{ field, description }],
  });
}

/** The same request id was sent before with another payload. */
export function requestIdReused(requestId: string): AppError {
  return new AppError('invalid_argument', 'REQUEST_ID_REUSED', 'this request_id was used with another payload', {
    metadata: { requestId },
    violations: [{ field: 'request_id', description: 'was used with another payload' }],
  });
}
