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

/** Invariants of every state. I1, I2 and so on are the numbers in docs/architecture.md ("Invariants"). */
const always: readonly Promised[] = [
  { says: 'the wallet is never overdrawn (I2)', holds: (s) => s.freeMoney >= 0 },
  { says: 'money is neither made nor lost (I1)', holds: (s) => s.freeMoney + s.spent + inHold(s) === 1 },
  { says: 'stock is never oversold (I3)', holds: (s) => s.freeStock >= 0 },
  { says: 'stock is neither made nor lost (I3)', holds: (s) => s.freeStock + s.sold + inReservation(s) === 1 },
  { says: 'a captured order is refunded at most once (I4)', holds: (s) => s.refunds <= 1 },
  {
    says: 'stock of a captured order is never released',
    holds: (s) => s.hold !== 'CAPTURED' || s.reservation !== 'RELEASED',
  },
  { says: 'a FAILED or CANCELLED order holds no money (I7)', holds: (s) => !failed(s) || !hasMoney(s) },
  { says: 'a FAILED or CANCELLED order holds no stock (I7)', holds: (s) => !failed(s) || !hasStock(s) },
  {
    says: 'a COMPLETED order is paid and its stock is committed (I5)',
    holds: (s) => s.order !== 'COMPLETED' || (s.hold === 'CAPTURED' && s.reservation === 'COMMITTED'),
  },
  {
    says: 'a COMPLETED order gives money and stock back only in its refund (I5)',
    holds: (s) => s.refundRun !== 'none' || s.order !== 'COMPLETED' || (s.refunds === 0 && s.restocks === 0),
  },
  {
    says: 'an order that was COMPLETED and is CANCELLED is refunded and restocked once (I5)',
    holds: (s) => s.order !== 'REFUNDED' || (s.refunds === 1 && s.restocks === 1),
  },
  { says: 'one cart is not bought twice', holds: (s) => s.order !== 'COMPLETED' || s.cart !== 'rivalBought' },
  { says: 'a closed workflow has no PENDING order (I8)', holds: (s) => !isDone(s.at) || ended(s) },
  {
    says: 'the outcome of a closed workflow is how its order ended',
    holds: (s) => !isDone(s.at) || s.at === `done:${told(s)}`,
  },
];

/** Invariants of the states in which nothing is left to do. */
const restingStates: readonly Promised[] = [
  {
    says: 'an order is COMPLETED if and only if its hold is captured (I5)',
    holds: (s) => (s.order === 'COMPLETED') === (s.hold === 'CAPTURED' && s.refunds === 0),
  },
  {
    says: 'an order is COMPLETED if and only if its stock is committed (I5)',
    holds: (s) => (s.order === 'COMPLETED') === (s.reservation === 'COMMITTED' && s.restocks === 0),
  },
  { says: 'no claim outlives its order (I8)', holds: (s) => s.claim !== 'CLAIMED' },
  {
    says: 'the lines of a COMPLETED order are taken out of the cart',
    holds: (s) => failed(s) || s.claim === 'CONSUMED',
  },
  { says: 'every refund that has begun ends (I5)', holds: (s) => s.refundRun === 'none' || s.order === 'REFUNDED' },
];

const told = (state: State): string => (state.order === 'REFUNDED' ? 'COMPLETED' : state.order);

/** True if the order has ended, its workflows are closed and the cart has its event. Late calls may still arrive. */
export function atRest(state: State): boolean {
  const refundRests = state.refundRun === 'none' || state.refundRun === 'done';
  return isDone(state.at) && ended(state) && refundRests && state.heard;
}

/** The invariant that the change from one state to the next breaks, if it breaks one. */
export const badStep = (before: State, after: State): string | undefined =>
  changesEnd(before, after) ? 'an order that has ended never changes' : undefined;

const changesEnd = (before: State, state: State): boolean =>
  ended(before) && before.order !== state.order && !(before.order === 'COMPLETED' && state.order === 'REFUNDED');

/** The first invariant that this state breaks, if it breaks one. */
export function violation(state: State): string | undefined {
  if (state.broken) return `never: ${state.broken}`;
  const rules = atRest(state) ? [...always, ...restingStates] : always;
  return rules.find((rule) => !rule.holds(state))?.says;
}
