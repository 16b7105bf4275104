/**
 * What clients, workflows and activities agree on: names, ids, and the shapes of what goes through Temporal. Everything
 * is plain JSON; whole numbers that may exceed 2^53 are decimal strings. No runtime imports, so that any side may use
 * it.
 */

export const checkoutWorkflow = 'checkout';
export const refundWorkflow = 'refund';
/** Task queue of both workflows and of all their activities. */
export const checkoutTaskQueue = 'checkout';
/** Update of a checkout: argument `cause: string`, answer `CancelOutcome`. */
export const cancelUpdateName = 'cancel';
/** Query of a checkout: answer `CheckoutProgress`. */
export const progressQueryName = 'progress';

export const checkoutWorkflowId = (orderId: string): string => `checkout-${orderId}`;
export const refundWorkflowId = (orderId: string): string => `refund-${orderId}`;

/**
 * Search attributes that the namespace must know before anything is started. `total` is in minor units of `currency`;
 * `reason` is set when an order fails.
 */
export const searchAttributes = {
  orderId: 'OrderId',
  userId: 'UserId',
  status: 'CheckoutStatus',
  total: 'OrderTotal',
  currency: 'OrderCurrency',
  reason: 'FailureReason',
} as const;
export const searchAttributeTypes: Readonly<Record<string, 'KEYWORD' | 'INT'>> = {
  [searchAttributes.orderId]: 'KEYWORD',
  [searchAttributes.userId]: 'KEYWORD',
  [searchAttributes.status]: 'KEYWORD',
  [searchAttributes.total]: 'INT',
  [searchAttributes.currency]: 'KEYWORD',
  [searchAttributes.reason]: 'KEYWORD',
};

export interface MoneyInput {
  /** ISO 4217, capitals. */
  readonly currencyCode: string;
  /** Decimal digits, for example `"1999"` for 19.99 US dollars. */
  readonly minorUnits: string;
}

interface LineInput {
  /** UUID. */
  readonly productId: string;
  /** For people. Inputs of older starters have none. */
  readonly name?: string;
  /** Pieces. */
  readonly quantity: number;
  /** Frozen price of one piece. */
  readonly unitPrice: MoneyInput;
}

/** How long steps may take and how they are repeated. The defaults are in `workflows/steps.ts`. */
export interface StepPolicy {
  readonly localStartToCloseMs: number;
  /** For a local activity that makes several calls one after another. */
  readonly groupedStartToCloseMs: number;
  readonly regularStartToCloseMs: number;
  readonly initialIntervalMs: number;
  /** Longest pause between two attempts before the money is taken. */
  readonly maximumIntervalMs: number;
  /** A step before the pivot that has no answer after this time is given up, and the checkout is undone (rule S11). */
  readonly giveUpAfterMs: number;
  /** Longest pause between two attempts from the pivot on, and while undoing. */
  readonly lastingMaximumIntervalMs: number;
}

/**
 * How forward steps are tried first (rule S25): all of them in one local activity, each in a local activity of its own,
 * or not locally.
 */
export const activityModes = ['grouped', 'local-first', 'regular'] as const;
export type ActivityMode = (typeof activityModes)[number];

export interface CheckoutInput {
  /** UUID; the key of every step. */
  readonly orderId: string;
  /** UUID of the buyer. */
  readonly userId: string;
  /** Decimal digits: the version whose lines the order froze. */
  readonly cartVersion: string;
  readonly lines: readonly LineInput[];
  readonly total: MoneyInput;
  /** `run` buys; `settle` finds out how far an earlier run came and ends the order, without beginning anything. */
  readonly mode: 'run' | 'settle';
  /** Set if a cancel starts the workflow: the order then ends CANCELLED with this cause, unless the money is taken. */
  readonly cancelCause?: string;
  readonly activityMode: ActivityMode;
  /** Seconds until hold and reservation expire (rule S39). */
  readonly ttlSeconds: number;
  /** Seconds from the run's start within which a capture is accepted; well below `ttlSeconds` (rule S7). */
  readonly captureWindowSeconds: number;
  readonly policy?: Partial<StepPolicy>;
  /** True if the namespace knows the search attribute of the reason. Inputs of older starters do not have it. */
  readonly setsReason?: true;
}

export interface RefundInput {
  /** UUID of a COMPLETED order. */
  readonly orderId: string;
  /** UUID of the buyer, for the log. Absent in runs that older code began. */
  readonly userId?: string;
  /** For the order's history. */
  readonly cause: string;
  readonly policy?: Partial<StepPolicy>;
}

/** Why a checkout did not succeed, in the words of the public contract. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a write to an order answers: how its row stands now. */
export interface OrderEnd {
  readonly status: 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly failure?: Failure;
}

/** How the checkout ended: what the order's row says, not what the workflow wanted to write (rule S19). */
export interface CheckoutResult extends OrderEnd {
  readonly orderId: string;
}

/** `NOT_REFUNDABLE`: the order is PENDING, FAILED or unknown. */
export interface RefundResult {
  readonly orderId: string;
  readonly outcome: 'REFUNDED' | 'NOT_REFUNDABLE';
}

/** `NOT_CANCELLABLE`: the money is taken, or the order has already ended differently. */
export type CancelOutcome = 'CANCELLED' | 'NOT_CANCELLABLE';

export type StepState = 'waiting' | 'running' | 'done' | 'refused' | 'retrying' | 'stopped';

/** Where a checkout stands, for people and tools. */
export interface CheckoutProgress {
  readonly stage: string;
  readonly steps: Readonly<Record<string, StepProgress>>;
}

export interface StepProgress {
  readonly state: StepState;
  readonly note?: string;
  /** Milliseconds that a finished step took, its retries included. */
  readonly tookMs?: number;
}

interface OrderKey {
  /** UUID. */
  readonly orderId: string;
}

interface ClaimInput extends OrderKey {
  readonly userId: string;
  readonly cartVersion: string;
  readonly ttlSeconds: number;
}

interface ReserveInput extends OrderKey {
  readonly lines: readonly LineInput[];
  readonly ttlSeconds: number;
}

interface HoldInput extends OrderKey {
  readonly userId: string;
  readonly amount: MoneyInput;
  readonly ttlSeconds: number;
  /** Milliseconds since the epoch. A repeat does not move it (rule S7). */
  readonly captureDeadlineMs: number;
}

interface FailInput extends OrderKey {
  readonly failure: Failure;
}

interface CancelInput extends OrderKey {
  readonly expectedStatus: 'PENDING' | 'COMPLETED';
  readonly cause: string;
}

/**
 * The steps as activities. Each is keyed by the order, and a repeat gets the first answer (rule S5). A refusal is an
 * `ApplicationFailure` that is not retryable, with the reason as its type and a `Failure` as its only detail.
 */
export interface Activities {
  readonly claimCart: (input: ClaimInput) => Promise<void>;
  readonly releaseClaim: (input: OrderKey) => Promise<void>;
  readonly reserveStock: (input: ReserveInput) => Promise<void>;
  readonly commitStock: (input: OrderKey) => Promise<void>;
  readonly releaseStock: (input: OrderKey) => Promise<void>;
  readonly restock: (input: OrderKey) => Promise<void>;
  readonly holdFunds: (input: HoldInput) => Promise<void>;
  readonly captureFunds: (input: OrderKey) => Promise<void>;
  readonly voidHold: (input: OrderKey) => Promise<void>;
  readonly refundFunds: (input: OrderKey) => Promise<void>;
  readonly completeOrder: (input: OrderKey) => Promise<OrderEnd>;
  readonly failOrder: (input: FailInput) => Promise<OrderEnd>;
  readonly cancelOrder: (input: CancelInput) => Promise<OrderEnd>;
  readonly readOrder: (input: OrderKey) => Promise<OrderEnd>;
}

export interface AttemptInput {
  readonly claim: ClaimInput;
  readonly reserve: ReserveInput;
  readonly hold: HoldInput;
}

/** How one step of an attempt came out. `unanswered`: its effect may have happened. */
export type StepOutcome<Result = void> = (
  | { readonly outcome: 'done'; readonly result: Result }
  | { readonly outcome: 'refused'; readonly failure: Failure }
  | { readonly outcome: 'unanswered'; readonly reason: string }
) & {
  /** Milliseconds of the call, for people. Attempts of older workers do not tell them. */
  readonly tookMs?: number;
};

/** How far an attempt came. A step that is missing was not begun. */
export interface Attempt {
  readonly claimCart: StepOutcome;
  readonly reserveStock: StepOutcome;
  readonly holdFunds: StepOutcome;
  readonly captureFunds?: StepOutcome;
  readonly commitStock?: StepOutcome;
  readonly completeOrder?: StepOutcome<OrderEnd>;
}

export interface AttemptActivities {
  /**
   * Takes every forward step of a checkout once: stage 1 in parallel, then the others in turn, as long as all before
   * them are done. It never fails because of a step; its answer tells how each came out.
   */
  readonly attemptCheckout: (input: AttemptInput) => Promise<Attempt>;
}
