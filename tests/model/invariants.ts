import type { State } from './state.ts';
import { isDone } from './workflow.ts';

interface Promised {
  readonly says: string;
  readonly holds: (state: State) => boolean;
}

const ended = (state: State): boolean => state.order !== 'PENDING';
const failed = (state: State): boolean => state.order === 'FAILED' || state.order === 'CANCELLED';
const hasMoney = (state: State): boolean => state.hold === 'HELD' || (state.hold === 'CAPTURED' && state.refunds === 0);
const hasStock = (state: State): boolean =>
  state.reservation === 'ACTIVE' || (state.reservation === 'COMMITTED' && state.restocks === 0);
const inHold = (state: State): number => (state.hold === 'HELD' || state.hold === 'CAPTURED' ? 1 : 0) - state.refunds;
const inReservation = (state: State): number =>
  (state.reservation === 'ACTIVE' || state.reservation === 'COMMITTED' ? 1 : 0) - state.restocks;

/** True in every state, also in the middle of things. The numbers are those of the design's list of invariants. */
const always: readonly Promised[] = [
  { says: 'the wallet is never overdrawn (2)', holds: (s) => s.purse >= 0 },
  { says: 'money is neither made nor lost (1)', holds: (s) => s.purse + s.spent + inHold(s) === 1 },
  { says: 'the shelf is never oversold (3)', holds: (s) => s.shelf >= 0 },
  { says: 'stock is neither made nor lost (3)', holds: (s) => s.shelf + s.sold + inReservation(s) === 1 },
  { says: 'a captured order is refunded at most once (4)', holds: (s) => s.refunds <= 1 },
  {
    says: 'stock of a captured order is never released',
    holds: (s) => s.hold !== 'CAPTURED' || s.reservation !== 'RELEASED',
  },
  { says: 'a FAILED or CANCELLED order has no money (7)', holds: (s) => !failed(s) || !hasMoney(s) },
  { says: 'a FAILED or CANCELLED order has no stock (7)', holds: (s) => !failed(s) || !hasStock(s) },
  {
    says: 'a COMPLETED order is paid for and its stock committed (5)',
    holds: (s) => s.order !== 'COMPLETED' || (s.hold === 'CAPTURED' && s.reservation === 'COMMITTED'),
  },
  {
    says: 'a COMPLETED order gives money and stock back only in its refund (5)',
    holds: (s) => s.refundRun !== 'none' || s.order !== 'COMPLETED' || (s.refunds === 0 && s.restocks === 0),
  },
  {
    says: 'a cancelled COMPLETED order is refunded and restocked once (5)',
    holds: (s) => s.order !== 'REFUNDED' || (s.refunds === 1 && s.restocks === 1),
  },
  { says: 'one cart is not bought twice', holds: (s) => s.order !== 'COMPLETED' || s.cart !== 'rivalBought' },
  { says: 'a closed workflow has no PENDING order (8)', holds: (s) => !isDone(s.at) || ended(s) },
  {
    says: 'a closed workflow tells the outcome that the order has',
    holds: (s) => !isDone(s.at) || s.at === `done:${told(s)}`,
  },
];

/** True once nothing is left to be done. */
const restingStates: readonly Promised[] = [
  {
    says: 'COMPLETED, if and only if captured (5)',
    holds: (s) => (s.order === 'COMPLETED') === (s.hold === 'CAPTURED' && s.refunds === 0),
  },
  {
    says: 'COMPLETED, if and only if committed (5)',
    holds: (s) => (s.order === 'COMPLETED') === (s.reservation === 'COMMITTED' && s.restocks === 0),
  },
  { says: 'no claim outlives its order (8)', holds: (s) => s.claim !== 'CLAIMED' },
  { says: 'a COMPLETED order takes its lines out of the cart', holds: (s) => failed(s) || s.claim === 'CONSUMED' },
  { says: 'a refund that was begun ends (5)', holds: (s) => s.refundRun === 'none' || s.order === 'REFUNDED' },
];

const told = (state: State): string => (state.order === 'REFUNDED' ? 'COMPLETED' : state.order);

/** The order has ended, its workflows are closed and its event is heard. Late calls may still be under way. */
export function atRest(state: State): boolean {
  const refundRests = state.refundRun === 'none' || state.refundRun === 'done';
  return isDone(state.at) && ended(state) && refundRests && state.heard;
}

/** The promise that a single event breaks, whatever the state it leads to. */
export const badStep = (before: State, after: State): string | undefined =>
  changesEnd(before, after) ? 'an order that has ended never changes' : undefined;

const changesEnd = (before: State, state: State): boolean =>
  ended(before) && before.order !== state.order && !(before.order === 'COMPLETED' && state.order === 'REFUNDED');

/** The first promise that this state breaks. */
export function violation(state: State): string | undefined {
  if (state.broken) return `never: ${state.broken}`;
  const rules = atRest(state) ? [...always, ...restingStates] : always;
  return rules.find((rule) => !rule.holds(state))?.says;
}
