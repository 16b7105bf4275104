import type { Model } from '../../../platform/testing/model/model.ts';
import { subsets } from '../../../platform/testing/model/orders.ts';

export type WalletStep =
  | { readonly call: 'topUp'; readonly request: number; readonly amount: bigint }
  | { readonly call: 'hold'; readonly order: number; readonly amount: bigint }
  | { readonly call: 'capture' | 'void' | 'refund'; readonly order: number }
  | { readonly call: 'pass'; readonly order: number; readonly what: 'deadline' | 'expiry' }
  /** `spared`: holds that the sweep has not reached yet (`isEarly`), or skips since parallel calls have locked them. */
  | { readonly call: 'sweep'; readonly isEarly?: boolean; readonly spared?: readonly number[] };

interface ModelHold {
  amount: bigint;
  state: 'HELD' | 'CAPTURED' | 'VOIDED' | 'EXPIRED' | 'TOMBSTONE';
  passed: 'nothing' | 'deadline' | 'expiry';
  refunded: boolean;
}

export interface WalletState {
  balance: bigint;
  readonly holds: Map<number, ModelHold>;
  /** The first answers, by request. */
  readonly topUps: Map<number, { readonly amount: bigint; readonly answer: string }>;
  readonly moves: string[];
}

export function newWallet(balance: bigint): WalletState {
  return { balance, holds: new Map(), topUps: new Map(), moves: [`TOP_UP ${balance}`] };
}

/**
 * What each call answers and changes, by the states of a hold in docs/architecture.md (#states) and by rules S5 to S8.
 */
export const walletModel: Model<WalletStep, WalletState> = {
  take: (state, step) => {
    switch (step.call) {
      case 'topUp':
        return topUp(state, step.request, step.amount);
      case 'hold':
        return hold(state, step.order, step.amount);
      case 'capture':
        return capture(state, step.order);
      case 'void':
        return voidHold(state, step.order);
      case 'refund':
        return refund(state, step.order);
      case 'pass': {
        const found = state.holds.get(step.order);
        if (found !== undefined && found.passed !== 'expiry') found.passed = step.what;
        return 'ok';
      }
      case 'sweep':
        for (const [order, overdue] of state.holds) {
          if (isOverdue(overdue) && step.spared?.includes(order) !== true) overdue.state = 'EXPIRED';
        }
        return 'ok';
    }
  },
  show: (state) => [`balance ${state.balance}`, `held ${heldOf(state)}`, ...state.moves].join(', '),
  tell: (step) => {
    switch (step.call) {
      case 'topUp':
        return `request ${step.request} tops up ${step.amount}`;
      case 'hold':
        return `order ${step.order} holds ${step.amount}`;
      case 'pass':
        return `the ${step.what} of order ${step.order}'s hold passes`;
      case 'sweep':
        return 'overdue holds are swept';
      case 'capture':
      case 'void':
      case 'refund':
        return `${step.call} for order ${step.order}`;
    }
  },
  // Each hold ends in a separate transaction. Two parallel steps may come between two of these transactions.
  parts: (step) => (step.call === 'sweep' ? [{ ...step, isEarly: true }, { ...step, isEarly: true }, step] : [step]),
  variants: (step, { start, before, after }) => {
    const others = [...before, ...after];
    if (step.call !== 'sweep' || others.length === 0) return [step];
    const passed = others.flatMap((other) => (other.call === 'pass' ? [other.order] : []));
    const overdue = [...start.holds].flatMap(([order, hold]) => (isOverdue(hold) ? [order] : []));
    const candidates = [...new Set([...overdue, ...passed])];
    const isBusy = (order: number) => others.some((other) => 'order' in other && other.order === order);
    const spared = step.isEarly === true ? candidates : candidates.filter(isBusy);
    return subsets(spared).map((list) => ({ ...step, spared: list }));
  },
};

function topUp(state: WalletState, request: number, amount: bigint): string {
  const first = state.topUps.get(request);
  if (first !== undefined) return first.amount === amount ? first.answer : 'REQUEST_ID_REUSED';
  move(state, 'TOP_UP', amount);
  const answer = `balance ${state.balance}, held ${heldOf(state)}`;
  state.topUps.set(request, { amount, answer });
  return answer;
}

function hold(state: WalletState, order: number, amount: bigint): string {
  const found = state.holds.get(order);
  if (found !== undefined) {
    if (found.state === 'TOMBSTONE') return 'ALREADY_VOIDED';
    if (found.amount !== amount) return 'REQUEST_ID_REUSED';
    return found.state === 'VOIDED' ? 'ALREADY_VOIDED' : found.state;
  }
  const overdue = overdueOf(state);
  const freed = overdue.reduce((sum, each) => sum + each.amount, 0n);
  const available = state.balance - heldOf(state);
  if (available + freed < amount) return 'INSUFFICIENT_FUNDS';
  if (available < amount) for (const each of overdue) each.state = 'EXPIRED';
  state.holds.set(order, { amount, state: 'HELD', passed: 'nothing', refunded: false });
  return 'HELD';
}

function capture(state: WalletState, order: number): string {
  const found = state.holds.get(order);
  if (found === undefined) return 'HOLD_NOT_FOUND';
  const answer = `capture of ${found.amount} for order ${order}`;
  if (found.state === 'CAPTURED') return answer;
  if (found.state === 'VOIDED' || found.state === 'TOMBSTONE') return 'ALREADY_VOIDED';
  if (found.state === 'EXPIRED' || found.passed !== 'nothing') {
    found.state = 'EXPIRED';
    return 'EXPIRED';
  }
  found.state = 'CAPTURED';
  move(state, 'CAPTURE', -found.amount);
  return answer;
}

function voidHold(state: WalletState, order: number): string {
  const found = state.holds.get(order);
  if (found === undefined) {
    state.holds.set(order, { amount: 0n, state: 'TOMBSTONE', passed: 'nothing', refunded: false });
    return 'VOIDED';
  }
  if (found.state === 'CAPTURED') return 'ALREADY_CAPTURED';
  if (found.state === 'HELD') found.state = 'VOIDED';
  return found.state === 'TOMBSTONE' ? 'VOIDED' : found.state;
}

function refund(state: WalletState, order: number): string {
  const found = state.holds.get(order);
  if (found?.state !== 'CAPTURED') return 'HOLD_NOT_CAPTURED';
  if (!found.refunded) move(state, 'REFUND', found.amount);
  found.refunded = true;
  return `refund of ${found.amount} for order ${order}`;
}

function move(state: WalletState, type: string, amount: bigint): void {
  state.balance += amount;
  state.moves.push(`${type} ${amount}`);
}

function heldOf({ holds }: WalletState): bigint {
  return [...holds.values()].reduce((sum, { state, amount }) => (state === 'HELD' ? sum + amount : sum), 0n);
}

function overdueOf({ holds }: WalletState): ModelHold[] {
  return [...holds.values()].filter(isOverdue);
}

function isOverdue({ state, passed }: ModelHold): boolean {
  return state === 'HELD' && passed === 'expiry';
}
