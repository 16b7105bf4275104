/** The state of the model: one order of one piece, everything that it touches, and the calls that may still arrive. */

/** `REFUNDED` is an order that was COMPLETED and then cancelled. Its row says CANCELLED and has a completion time. */
type Order = 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'REFUNDED';
type Hold = 'none' | 'HELD' | 'CAPTURED' | 'VOIDED' | 'EXPIRED';
/** `REFUSED`: a late commit found no free stock (rule S17). Its row says RELEASED and has the reason of the refusal. */
type Reservation = 'none' | 'ACTIVE' | 'COMMITTED' | 'RELEASED' | 'EXPIRED' | 'REFUSED';
type Claim = 'none' | 'CLAIMED' | 'CONSUMED' | 'RELEASED' | 'EXPIRED';
/** The cart since the order read it: the same, edited, or claimed or bought by a second checkout. */
type Cart = 'same' | 'edited' | 'rivalClaimed' | 'rivalBought';

/** One digit for each call: 1 if it is answered. */
type Digit = '0' | '1';
export type Outcome = 'fail' | 'cancel';

/** `stage1` has a digit each for claim, reserve and hold. */
export type Forward = 'begin' | `stage1:${Digit}${Digit}${Digit}` | 'capture' | 'commit' | 'complete';
/** `void` and `release` have a digit each for the releases of stock and claim. The outcome to write comes last. */
type Undo = `void:${Digit}${Digit}-${Outcome}` | `release:${Digit}${Digit}-${Outcome}` | `write-${Outcome}`;
type MoneyBack = 'refund' | 'refunded-release' | 'refunded-write';
/** The workflow has ended and told its caller this outcome. */
type Ended = 'done:COMPLETED' | 'done:FAILED' | 'done:CANCELLED';
export type Step = 'unstarted' | Forward | Undo | MoneyBack | Ended | 'terminated';

/** All calls. The position of a call is its bit in `sent`. */
export const allCalls = [
  'claim',
  'reserve',
  'hold',
  'capture',
  'commit',
  'complete',
  'void',
  'releaseStock',
  'releaseClaim',
  'fail',
  'cancel',
  'refund',
  'restock',
  'cancelCompleted',
] as const;
export type Call = (typeof allCalls)[number];

export interface State {
  readonly order: Order;
  readonly hold: Hold;
  readonly refunds: 0 | 1 | 2;
  readonly reservation: Reservation;
  readonly restocks: 0 | 1 | 2;
  readonly claim: Claim;
  readonly cart: Cart;
  /** Available money, and money spent on other orders, in units of the order's total. There is one unit of money. */
  readonly freeMoney: number;
  readonly spent: number;
  /** Free stock, and pieces sold to other buyers. There is one piece. */
  readonly freeStock: number;
  readonly sold: number;
  /** True if `capture_deadline` has passed. Holds and reservations expire only after it. */
  readonly late: boolean;
  readonly at: Step;
  /** How far the forward steps are recorded in Temporal's history. After a crash the workflow goes on from here. */
  readonly recorded: 'begin' | 'capture' | 'commit';
  /** Where an unaware worker is. It has lost its task or workflow and goes on with local forward steps (rule S24). */
  readonly zombie: 'none' | Forward;
  readonly cancelAsked: boolean;
  /** True if the cart's inbox has the event of the order's end. */
  readonly heard: boolean;
  readonly refundRun: 'none' | 'refund' | 'restock' | 'write' | 'done' | 'terminated';
  /** All calls that were ever sent, one bit each. Each may arrive again at any time, without a caller for the answer. */
  readonly sent: number;
  /** A promise that an event broke and that the later states do not show. */
  readonly broken: '' | 'captured without live stock and claim' | 'a repeat got another answer than the first';
}

export const initialState: State = {
  order: 'PENDING',
  hold: 'none',
  refunds: 0,
  reservation: 'none',
  restocks: 0,
  claim: 'none',
  cart: 'same',
  freeMoney: 1,
  spent: 0,
  freeStock: 1,
  sold: 0,
  late: false,
  at: 'unstarted',
  recorded: 'begin',
  zombie: 'none',
  cancelAsked: false,
  heard: false,
  refundRun: 'none',
  sent: 0,
  broken: '',
};

/** A key of the state. Every state is a spread of another, so the fields always have the same order. */
export const encode = (state: State): string => Object.values(state).join();

/** The bit of a call in `sent`. */
export const bit = (call: Call): number => 1 << allCalls.indexOf(call);
