import type { Way } from '../../../platform/testing/both-ways.ts';
import type { Model } from '../../../platform/testing/model/model.ts';
import { subsets } from '../../../platform/testing/model/orders.ts';

export type StockStep =
  | ({ readonly call: 'reserve'; readonly order: number; readonly quantities: readonly number[] } & Way)
  | ({ readonly call: 'commit'; readonly order: number } & Way)
  | { readonly call: 'release' | 'restock' | 'expire'; readonly order: number }
  /** `spared`: orders that the sweep skips, because parallel calls have locked them. */
  | { readonly call: 'sweep'; readonly spared?: readonly number[] }
  | { readonly call: 'adjust'; readonly product: number; readonly delta: number };

type OrderState = 'none' | 'active' | 'overdue' | 'expired' | 'committed' | 'restocked' | 'released' | 'refused';

interface ModelOrder {
  state: OrderState;
  quantities: readonly number[];
  retaken: boolean;
}

export interface StockState {
  readonly onHand: number[];
  readonly orders: ModelOrder[];
}

export function newStock(onHand: readonly number[], orders: number): StockState {
  return {
    onHand: [...onHand],
    orders: Array.from({ length: orders }, () => ({ state: 'none', quantities: [], retaken: false })),
  };
}

/**
 * What each call answers and changes, by the states of a reservation in docs/architecture.md (#states) and by rules S5,
 * S6, S16 and S17.
 */
export const stockModel: Model<StockStep, StockState> = {
  take: (state, step) => {
    if (step.call === 'adjust') return adjust(state, step.product, step.delta);
    if (step.call === 'sweep') return sweep(state, step.spared ?? []);
    const order = state.orders[step.order];
    if (order === undefined) throw new Error('no such order');
    switch (step.call) {
      case 'reserve':
        return reserve(state, order, step.quantities);
      case 'commit':
        return commit(state, order);
      case 'release':
        if (order.state === 'committed' || order.state === 'restocked') return 'ALREADY_COMMITTED';
        if (order.state !== 'refused') order.state = 'released';
        return 'ok';
      case 'restock':
        if (order.state === 'restocked') return 'restocked before';
        if (order.state !== 'committed') return 'RESERVATION_NOT_COMMITTED';
        move(state, order.quantities, 1);
        order.state = 'restocked';
        return 'restocked';
      case 'expire':
        if (order.state === 'active') order.state = 'overdue';
        return 'ok';
    }
  },
  show: (state) => state.onHand.map((_, product) => `${available(state, product)} of product ${product}`).join(', '),
  tell: (step) => {
    if (step.call === 'adjust') return `${step.delta} of product ${step.product} are booked in`;
    if (step.call === 'sweep') return 'overdue reservations are swept';
    if (step.call === 'expire') return `the reservation of order ${step.order} becomes overdue`;
    const what = step.call === 'reserve' ? ` ${step.quantities.join(' + ')} pieces` : '';
    const way = 'carefully' in step && step.carefully ? ', carefully' : '';
    return `${step.call}${what} for order ${step.order}${way}`;
  },
  variants: (step, { before, after }) => {
    if (step.call !== 'sweep') return [step];
    const busy = [...before, ...after].flatMap((other) => ('order' in other ? [other.order] : []));
    return subsets([...new Set(busy)]).map((spared) => ({ ...step, spared }));
  },
};

function adjust(state: StockState, product: number, delta: number): string {
  if (available(state, product) + delta < 0) return 'OUT_OF_STOCK';
  state.onHand[product] = (state.onHand[product] ?? 0) + delta;
  return `${available(state, product)} available`;
}

function sweep({ orders }: StockState, spared: readonly number[]): string {
  const swept = orders.filter(({ state }, index) => state === 'overdue' && !spared.includes(index));
  for (const order of swept) order.state = 'expired';
  return `${swept.length} expired`;
}

function reserve(stock: StockState, order: ModelOrder, quantities: readonly number[]): string {
  switch (order.state) {
    case 'none':
      if (!fits(stock, quantities)) return 'OUT_OF_STOCK';
      order.state = 'active';
      order.quantities = quantities;
      return 'ACTIVE';
    case 'active':
      return 'ACTIVE';
    case 'overdue':
    case 'expired':
      return 'EXPIRED';
    case 'committed':
    case 'restocked':
      return 'COMMITTED';
    case 'released':
    case 'refused':
      return 'ALREADY_RELEASED';
  }
}

function commit(stock: StockState, order: ModelOrder): string {
  const { state } = order;
  const answer = () => (order.retaken ? 'committed, retaken' : 'committed');
  if (state === 'committed' || state === 'restocked') return answer();
  const isClosed = state === 'none' || state === 'released' || state === 'refused';
  if (isClosed || (state === 'expired' && !fits(stock, order.quantities))) {
    order.state = 'refused';
    return 'OUT_OF_STOCK';
  }
  move(stock, order.quantities, -1);
  order.state = 'committed';
  order.retaken = state !== 'active';
  return answer();
}

function available({ onHand, orders }: StockState, product: number): number {
  const live = orders.filter(({ state }) => state === 'active' || state === 'overdue');
  const reserved = live.map(({ quantities }) => quantities[product] ?? 0);
  return (onHand[product] ?? 0) - reserved.reduce((sum, quantity) => sum + quantity, 0);
}

function fits(state: StockState, quantities: readonly number[]): boolean {
  return quantities.every((quantity, product) => quantity === 0 || quantity <= available(state, product));
}

function move({ onHand }: StockState, quantities: readonly number[], sign: 1 | -1): void {
  for (const [product, quantity] of quantities.entries()) onHand[product] = (onHand[product] ?? 0) + sign * quantity;
}
