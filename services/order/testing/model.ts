import type { Beside, Model } from '../../../platform/testing/model/model.ts';
import { subsets } from '../../../platform/testing/model/orders.ts';
import type { OrderStatus } from '../domain/types.ts';

export type OrderStep =
  /** `order` is the order id that the call brings. A request is sent with one of two ids: see `requestOf`. */
  | { readonly call: 'create'; readonly order: number; readonly fingerprint: 'x' | 'y' }
  | { readonly call: 'complete' | 'fail' | 'cancel' | 'refunded'; readonly order: number }
  /** A cancel by the buyer. `isLate`: the verb read the order while it was still PENDING. */
  | { readonly call: 'cancelByBuyer'; readonly order: number; readonly request: number; readonly isLate?: boolean }
  | { readonly call: 'start'; readonly order: number }
  /** Time passes: the order's leases end, and its start is long ago. */
  | { readonly call: 'pass'; readonly order: number }
  /** `spared`: orders that are skipped, because parallel calls have locked them. */
  | { readonly call: 'leaseUnstarted' | 'sweepRefunds'; readonly spared?: readonly number[] }
  | { readonly call: 'listStalled' };

interface ModelOrder {
  status: OrderStatus;
  readonly fingerprint: string;
  readonly history: string[];
  start: 'leased' | 'due' | 'started' | 'stalled';
  refund: 'not wished' | 'leased' | 'due';
}

export interface OrdersState {
  readonly orders: Map<number, ModelOrder>;
  /** For each of the buyer's cancel requests, the order that it was first sent for. */
  readonly cancels: Map<number, number>;
}

export const orderCount = 4;
/** The create request that an order id belongs to. */
export const requestOf = (order: number): number => Math.floor(order / 2);

/** An order as text: its status, and every change with its event. */
export function orderInWords(order: number, status: string, history: readonly string[]): string {
  return `order ${order} ${status} (${history.join(', ')})`;
}

export function listInWords(orders: readonly number[]): string {
  return orders.length === 0 ? 'none' : orders.toSorted((a, b) => a - b).join(', ');
}

const causes = { COMPLETED: 'paid', FAILED: 'EXPIRED', CANCELLED: 'undone' } as const;

/** What each call answers and changes, by the states of an order in docs/architecture.md (#states) and by rule S19. */
export const orderModel: Model<OrderStep, OrdersState> = {
  take: (state, step) => {
    switch (step.call) {
      case 'create':
        return create(state, step.order, step.fingerprint);
      case 'complete':
        return end(state, step.order, 'COMPLETED');
      case 'fail':
        return end(state, step.order, 'FAILED');
      case 'cancel':
        return end(state, step.order, 'CANCELLED');
      case 'refunded':
        return refunded(state, step.order);
      case 'cancelByBuyer':
        return cancelByBuyer(state, step.order, step.request, step.isLate ?? false);
      case 'leaseUnstarted':
        return lease(state, step.spared ?? []);
      case 'sweepRefunds':
        return sweepRefunds(state, step.spared ?? []);
      case 'listStalled': {
        const stalled = [...state.orders].filter(
          ([, { status, start }]) => status === 'PENDING' && start === 'stalled',
        );
        return listInWords(stalled.map(([order]) => order));
      }
      case 'start': {
        const found = state.orders.get(step.order);
        if (found?.status === 'PENDING') found.start = 'started';
        return 'ok';
      }
      case 'pass': {
        const found = state.orders.get(step.order);
        if (found?.start === 'leased') found.start = 'due';
        if (found?.start === 'started') found.start = 'stalled';
        if (found?.refund === 'leased') found.refund = 'due';
        return 'ok';
      }
    }
  },
  show: ({ orders }) => {
    const known = [...orders].toSorted(([a], [b]) => a - b);
    return known.map(([order, { status, history }]) => orderInWords(order, status, history)).join('; ');
  },
  tell: (step) => {
    switch (step.call) {
      case 'create':
        return `request ${requestOf(step.order)} (${step.fingerprint}) creates order ${step.order}`;
      case 'refunded':
        return `order ${step.order} is cancelled as refunded`;
      case 'cancelByBuyer':
        return `the buyer's request ${step.request} cancels order ${step.order}`;
      case 'start':
        return `order ${step.order} is marked as started`;
      case 'pass':
        return `the leases of order ${step.order} are over, and its start is long ago`;
      case 'leaseUnstarted':
        return 'unstarted orders are leased';
      case 'sweepRefunds':
        return 'wished refunds are asked for';
      case 'listStalled':
        return 'stalled orders are listed';
      case 'complete':
      case 'fail':
      case 'cancel':
        return `${step.call} order ${step.order}`;
    }
  },
  variants,
};

/** Leases skip rows that parallel calls have locked. A buyer's cancel reads the order before it acts on it. */
function variants(step: OrderStep, beside: Beside<OrderStep, OrdersState>): readonly OrderStep[] {
  const { start, before, after } = beside;
  if (step.call === 'cancelByBuyer') {
    const status = start.orders.get(step.order)?.status;
    const isAlone = before.length === 0 || (status !== undefined && status !== 'PENDING');
    return isAlone ? [step] : [step, { ...step, isLate: true }];
  }
  if (step.call !== 'leaseUnstarted' && step.call !== 'sweepRefunds') return [step];
  // If two sweeps run in parallel, the first may skip any order, since the second may have leased it.
  const anotherFollows = after.some(({ call }) => call === step.call);
  const named = [...before, ...after].flatMap((other) => ('order' in other ? [other.order] : []));
  const busy = anotherFollows ? Array.from({ length: orderCount }, (_, order) => order) : [...new Set(named)];
  return subsets(busy).map((spared) => ({ ...step, spared }));
}

function create({ orders }: OrdersState, order: number, fingerprint: string): string {
  for (const [first, found] of orders) {
    if (requestOf(first) !== requestOf(order)) continue;
    return found.fingerprint === fingerprint ? `order ${first} ${found.status} from before` : 'REQUEST_ID_REUSED';
  }
  const history = ['PENDING checkout accepted'];
  orders.set(order, { status: 'PENDING', fingerprint, history, start: 'leased', refund: 'not wished' });
  return `order ${order} PENDING`;
}

function change(found: ModelOrder, status: OrderStatus, cause: string): void {
  found.status = status;
  found.history.push(`${status} ${cause}, event`);
}

/** An ended order stays as it is. A refunded order is answered as COMPLETED. */
function end({ orders }: OrdersState, order: number, status: keyof typeof causes): string {
  const found = orders.get(order);
  if (found === undefined) return 'ORDER_NOT_FOUND';
  if (found.status === 'PENDING') change(found, status, causes[status]);
  return hasCompleted(found) ? 'COMPLETED' : found.status;
}

function hasCompleted({ history }: ModelOrder): boolean {
  return history.some((entry) => entry.startsWith('COMPLETED'));
}

function refunded({ orders }: OrdersState, order: number): string {
  const found = orders.get(order);
  if (found === undefined) return 'ORDER_NOT_FOUND';
  if (found.status === 'COMPLETED') change(found, 'CANCELLED', 'refunded');
  return found.status === 'CANCELLED' ? 'CANCELLED' : 'ORDER_CLOSED';
}

function cancelByBuyer(state: OrdersState, order: number, request: number, isLate: boolean): string {
  const found = state.orders.get(order);
  if (found === undefined) return 'ORDER_NOT_FOUND';
  const first = state.cancels.get(request) ?? order;
  state.cancels.set(request, first);
  if (first !== order) return 'REQUEST_ID_REUSED';
  // A checkout that completed meanwhile is refunded.
  if (isLate || found.status === 'PENDING') end(state, order, 'CANCELLED');
  if (found.status === 'FAILED') return 'ORDER_NOT_CANCELLABLE';
  if (found.status === 'COMPLETED' && found.refund === 'not wished') found.refund = 'leased';
  return found.status;
}

function lease({ orders }: OrdersState, spared: readonly number[]): string {
  const due = [...orders].filter(([, { status, start }]) => status === 'PENDING' && start === 'due');
  const leased = due.filter(([order]) => !spared.includes(order));
  for (const [, found] of leased) found.start = 'leased';
  return listInWords(leased.map(([order]) => order));
}

function sweepRefunds({ orders }: OrdersState, spared: readonly number[]): string {
  const due = [...orders].filter(([, { status, refund }]) => status === 'COMPLETED' && refund === 'due');
  const leased = due.filter(([order]) => !spared.includes(order));
  for (const [, found] of leased) found.refund = 'leased';
  return listInWords(leased.map(([order]) => order));
}

/** The state after these steps, one after another. */
export function ordersAfter(steps: readonly OrderStep[]): OrdersState {
  const start: OrdersState = { orders: new Map(), cancels: new Map() };
  const state = structuredClone(start);
  for (const step of steps) orderModel.take(state, step, { start, before: [], after: [] });
  return state;
}
