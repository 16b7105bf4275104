/** What the model remembers: one order of one unit, everything that it touches, and everything still under way. */

/** `REFUNDED` is stored as CANCELLED with its completion time: the order was COMPLETED once. */
type Order = 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'REFUNDED';
type Hold = 'none' | 'HELD' | 'CAPTURED' | 'VOIDED' | 'EXPIRED';
/** `REFUSED` is stored as RELEASED with its reason: a late commit found the shelf empty, and that answer stands. */
type Reservation = 'none' | 'ACTIVE' | 'COMMITTED' | 'RELEASED' | 'EXPIRED' | 'REFUSED';
type Claim = 'none' | 'CLAIMED' | 'CONSUMED' | 'RELEASED' | 'EXPIRED';
/** The cart at the order's version: as it was, edited since, or claimed or bought by another order. */
type Cart = 'same' | 'edited' | 'rivalClaimed' | 'rivalBought';

/** The answers that came so far, a digit each. */
type Digit = '0' | '1';
export type Outcome = 'fail' | 'cancel';

/** `stage1` counts the answers of claim, reserve and hold. */
export type Forward = 'begin' | `stage1:${Digit}${Digit}${Digit}` | 'capture' | 'commit' | 'complete';
/** `void` and `release` count what of stock and claim is released already. What is to be written comes last. */
type Undo = `void:${Digit}${Digit}-${Outcome}` | `release:${Digit}${Digit}-${Outcome}` | `write-${Outcome}`;
type MoneyBack = 'refund' | 'refunded-release' | 'refunded-write';
/** Where the workflow ended, with the outcome that it told its caller. */
type Ended = 'done:COMPLETED' | 'done:FAILED' | 'done:CANCELLED';
export type Step = 'unstarted' | Forward | Undo | MoneyBack | Ended | 'terminated';

/** Calls in the order in which `sent` keeps them, one bit each. */
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
  /** Money free in the wallet and spent elsewhere, in units of the order's total; there is one unit in the world. */
  readonly purse: number;
  readonly spent: number;
  /** Units free on the shelf and sold to others; there is one unit in the world. */
  readonly shelf: number;
  readonly sold: number;
  /** `capture_deadline` has passed. Only after it may a hold or a reservation expire. */
  readonly late: boolean;
  readonly at: Step;
  /** What Temporal's history knows of the forward steps; a crash goes back there. */
  readonly recorded: 'begin' | 'capture' | 'commit';
  /** A worker that lost its task or its workflow and doesn't know: it goes on with forward, local steps. */
  readonly zombie: 'none' | Forward;
  readonly cancelAsked: boolean;
  /** The cart's inbox has the event of the order's end. */
  readonly heard: boolean;
  readonly refundRun: 'none' | 'refund' | 'restock' | 'write' | 'done' | 'terminated';
  /** Every call that was ever sent: any of them may arrive once more, at any time, with nobody to hear the answer. */
  readonly sent: number;
  /** A promise that was broken while something happened, which no single later state would show. */
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
  purse: 1,
  spent: 0,
  shelf: 1,
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

/** Every state is made from another by spreading it, so that the fields keep their order. */
export const encode = (state: State): string => Object.values(state).join();

/** The call's bit in `sent`. */
export const bit = (call: Call): number => 1 << allCalls.indexOf(call);
