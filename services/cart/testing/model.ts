import type { Way } from '../../../platform/testing/both-ways.ts';
import type { Model } from '../../../platform/testing/model/model.ts';
import type { OrderEnd } from '../domain/types.ts';

/** By which process the step is performed, and in which way. */
interface CartWay extends Way {
  readonly process?: number;
}

export type CartStep = CartCall & CartWay;

type CartCall =
  /** With a request: once for each. */
  | { readonly call: 'add'; readonly product: number; readonly pieces: number; readonly request?: number }
  | { readonly call: 'set'; readonly product: number; readonly pieces: number }
  | { readonly call: 'remove'; readonly product: number }
  | { readonly call: 'clear' | 'read' }
  /** At the version that was seen before the round, minus `behind`. */
  | { readonly call: 'claim'; readonly order: number; readonly behind: bigint }
  | { readonly call: 'release' | 'fail'; readonly order: number }
  | { readonly call: 'complete'; readonly order: number; readonly product: number; readonly pieces: number }
  /** The first part of each use of the cart (`refreshCart`). `order` is the order that is about to claim the cart. */
  | { readonly call: 'refresh'; readonly order?: number }
  /** The order has ended, and its event has not come yet. */
  | { readonly call: 'end'; readonly order: number; readonly end: OrderEnd };

interface ModelClaim {
  state: 'CLAIMED' | 'CONSUMED' | 'RELEASED';
  readonly version: bigint | undefined;
  readonly lines: ReadonlyMap<number, number>;
}

export interface CartState {
  version: bigint;
  /** Pieces by product, in the order in which they were added. */
  lines: Map<number, number>;
  readonly claims: Map<number, ModelClaim>;
  readonly ends: Map<number, OrderEnd>;
  /** By request. */
  readonly answers: Map<number, { readonly payload: string; readonly answer: string }>;
}

/** A cart to which these pieces of product 0 were added. */
export function newCart(pieces: number): CartState {
  return { version: 1n, lines: new Map([[0, pieces]]), claims: new Map(), ends: new Map(), answers: new Map() };
}

/** Stands for the answer to a claim of an empty cart. No claim is made then, since an order always has lines. */
export const nothingToClaim = 'nothing to claim';

/** A cart as its owner sees it. */
export function cartInWords(version: bigint, lines: Iterable<readonly [product: number, pieces: number]>): string {
  return [`version ${version}`, ...[...lines].map(([product, pieces]) => `${pieces} × ${product}`)].join(', ');
}

/**
 * What each call answers and changes, by the states of a claim in docs/architecture.md (#states) and by rules S5, S6
 * and S37.
 */
export const cartModel: Model<CartStep, CartState> = {
  take: (state, step, { start }) => {
    switch (step.call) {
      case 'add':
      case 'set':
      case 'remove':
      case 'clear':
      case 'read':
        return edit(state, step) ?? cartInWords(state.version, state.lines);
      case 'claim':
        return start.lines.size === 0 ? nothingToClaim : claim(state, step, start);
      case 'refresh':
        if (step.order === undefined || (start.lines.size > 0 && !state.claims.has(step.order))) refresh(state);
        return 'ok';
      case 'release':
        return release(state, step.order);
      case 'fail':
        release(state, step.order);
        return 'ok';
      case 'complete':
        complete(state, step.order, new Map([[step.product, step.pieces]]));
        return 'ok';
      case 'end':
        state.ends.set(step.order, step.end);
        return 'ok';
    }
  },
  show: (state) => {
    const [claimedBy] = [...state.claims].find((entry) => entry[1].state === 'CLAIMED') ?? [];
    return `${cartInWords(state.version, state.lines)}; ${claimedBy === undefined ? 'free' : `order ${claimedBy} has it`}`;
  },
  tell: (step) => {
    const way = step.carefully === true ? ', carefully' : '';
    return `${inWords(step)}${step.process === undefined ? '' : `, by process ${step.process}`}${way}`;
  },
  // A use refreshes the cart in one transaction and acts on it in another. An order may end in between.
  parts: (step) => {
    switch (step.call) {
      case 'add':
      case 'set':
      case 'remove':
      case 'clear':
      case 'read':
        return [{ call: 'refresh' }, step];
      case 'claim':
        return [{ call: 'refresh', order: step.order }, step];
      case 'release':
      case 'fail':
      case 'complete':
      case 'end':
      case 'refresh':
        return [step];
    }
  },
};

function inWords(step: CartStep): string {
  switch (step.call) {
    case 'add':
      return `add ${step.pieces} × ${step.product}${step.request === undefined ? '' : ` by request ${step.request}`}`;
    case 'set':
      return `set ${step.pieces} × ${step.product}`;
    case 'remove':
      return `remove ${step.product}`;
    case 'clear':
    case 'read':
      return `${step.call} the cart`;
    case 'claim':
      return `order ${step.order} claims the cart at ${step.behind === 0n ? 'its version' : 'an old version'}`;
    case 'complete':
      return `the event that order ${step.order} bought ${step.pieces} × ${step.product}`;
    case 'fail':
      return `the event that order ${step.order} failed`;
    case 'release':
      return `release for order ${step.order}`;
    case 'end':
      return `order ${step.order} is ${step.end}, without an event`;
    case 'refresh':
      return 'refresh the cart';
  }
}

/** Ends a live claim whose order has ended. */
function refresh(state: CartState): void {
  for (const [order, { state: claimState }] of state.claims) {
    const end = claimState === 'CLAIMED' ? state.ends.get(order) : undefined;
    if (end === 'COMPLETED') complete(state, order, new Map());
    else if (end !== undefined) release(state, order);
  }
}

/** @returns the reason of a refusal; undefined if the step is not refused */
function edit(state: CartState, step: CartStep): string | undefined {
  const { lines } = state;
  if (step.call === 'add') return step.request === undefined ? add(state, step) : addOnce(state, step, step.request);
  if (step.call === 'set' || step.call === 'remove') {
    if (!lines.has(step.product)) return 'CART_ITEM_NOT_FOUND';
    if (step.call === 'remove') return change(state, () => lines.delete(step.product));
    return change(state, () => lines.set(step.product, step.pieces));
  }
  if (step.call === 'clear' && lines.size > 0) change(state, () => lines.clear());
  return undefined;
}

type AddStep = CartStep & { call: 'add' };

function add(state: CartState, { product, pieces }: AddStep): string | undefined {
  const quantity = (state.lines.get(product) ?? 0) + pieces;
  return quantity > 100 ? 'CART_LIMIT_EXCEEDED' : change(state, () => state.lines.set(product, quantity));
}

/** What was refused is not stored. */
function addOnce(state: CartState, step: AddStep, request: number): string | undefined {
  const payload = `${step.pieces} × ${step.product}`;
  const stored = state.answers.get(request);
  if (stored !== undefined) return stored.payload === payload ? stored.answer : 'REQUEST_ID_REUSED';
  const refusal = add(state, step);
  if (refusal === undefined) {
    state.answers.set(request, { payload, answer: cartInWords(state.version, state.lines) });
  }
  return refusal;
}

function claim(state: CartState, step: CartStep & { call: 'claim' }, start: CartState): string {
  const { order } = step;
  const version = start.version - step.behind;
  const found = state.claims.get(order);
  if (found !== undefined) {
    if (found.state === 'RELEASED') return 'ALREADY_RELEASED';
    return (found.version ?? version) === version ? found.state : 'REQUEST_ID_REUSED';
  }
  if ([...state.claims.values()].some((other) => other.state === 'CLAIMED')) return 'CART_ALREADY_CLAIMED';
  if (version !== state.version) return 'CART_CHANGED';
  state.claims.set(order, { state: 'CLAIMED', version, lines: new Map(state.lines) });
  return 'CLAIMED';
}

function release({ claims }: CartState, order: number): string {
  const found = claims.get(order);
  if (found === undefined) claims.set(order, { state: 'RELEASED', version: undefined, lines: new Map() });
  else if (found.state === 'CLAIMED') found.state = 'RELEASED';
  return found?.state ?? 'RELEASED';
}

function complete(state: CartState, order: number, told: ReadonlyMap<number, number>): void {
  const found = state.claims.get(order);
  if (found !== undefined && found.state !== 'CLAIMED') return;
  const bought = found?.lines ?? told;
  if (found === undefined) state.claims.set(order, { state: 'CONSUMED', version: undefined, lines: new Map() });
  else found.state = 'CONSUMED';
  const left = new Map<number, number>();
  for (const [product, pieces] of state.lines) {
    const rest = pieces - (bought.get(product) ?? 0);
    if (rest > 0) left.set(product, rest);
  }
  const isSame = [...state.lines].every(([product, pieces]) => left.get(product) === pieces);
  if (!isSame) change(state, () => (state.lines = left));
}

function change(state: CartState, apply: () => unknown): undefined {
  apply();
  state.version += 1n;
}
