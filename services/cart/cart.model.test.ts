import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addItem } from './domain/add-item.ts';
import { claim } from './domain/claim.ts';
import { clearCart } from './domain/clear-cart.ts';
import { getCart } from './domain/get-cart.ts';
import { orderEnded } from './domain/order-ended.ts';
import { release } from './domain/release.ts';
import { removeItem } from './domain/remove-item.ts';
import { setItemQuantity } from './domain/set-quantity.ts';
import type { OrderEnd } from './domain/types.ts';
import { createCartSuite, reasonOf, type CartSuite } from './testing.ts';

/** How many sequences; the quality bar is 10,000. */
const runs = Number(process.env.MODEL_RUNS ?? 100);

interface ModelClaim {
  state: 'CLAIMED' | 'CONSUMED' | 'RELEASED';
  version: bigint | undefined;
  lines: Map<number, number>;
}

/** A cart as the design describes it, in the plainest way: what each call is refused with, and what is left. */
class ModelCart {
  version = 0n;
  lines = new Map<number, number>();
  readonly claims = new Map<number, ModelClaim>();
  /** How orders ended, events or not. */
  readonly ends = new Map<number, OrderEnd>();

  /** What each use of the cart begins with: a live claim goes if its order has ended. */
  settle(): void {
    for (const [order, { state }] of this.claims) {
      const end = state === 'CLAIMED' ? this.ends.get(order) : undefined;
      if (end === 'COMPLETED') this.complete(order, new Map());
      else if (end !== undefined) this.release(order);
    }
  }

  add(product: number, pieces: number): string | undefined {
    const quantity = (this.lines.get(product) ?? 0) + pieces;
    return quantity > 100 ? 'CART_LIMIT_EXCEEDED' : this.change(() => this.lines.set(product, quantity));
  }

  set(product: number, pieces: number): string | undefined {
    return this.lines.has(product) ? this.change(() => this.lines.set(product, pieces)) : 'CART_ITEM_NOT_FOUND';
  }

  remove(product: number): string | undefined {
    return this.lines.has(product) ? this.change(() => this.lines.delete(product)) : 'CART_ITEM_NOT_FOUND';
  }

  clear(): string | undefined {
    return this.lines.size > 0 ? this.change(() => this.lines.clear()) : undefined;
  }

  claim(order: number, version: bigint): string | undefined {
    const found = this.claims.get(order);
    if (found !== undefined) {
      if (found.state === 'RELEASED') return 'ALREADY_RELEASED';
      return (found.version ?? version) === version ? undefined : 'REQUEST_ID_REUSED';
    }
    this.settle();
    if ([...this.claims.values()].some(({ state }) => state === 'CLAIMED')) return 'CART_ALREADY_CLAIMED';
    if (version !== this.version) return 'CART_CHANGED';
    this.claims.set(order, { state: 'CLAIMED', version, lines: new Map(this.lines) });
    return undefined;
  }

  release(order: number): void {
    const found = this.claims.get(order);
    if (found === undefined) this.claims.set(order, { state: 'RELEASED', version: undefined, lines: new Map() });
    else if (found.state === 'CLAIMED') found.state = 'RELEASED';
  }

  complete(order: number, told: ReadonlyMap<number, number>): void {
    const found = this.claims.get(order);
    if (found !== undefined && found.state !== 'CLAIMED') return;
    const bought = found?.lines ?? told;
    if (found === undefined) this.claims.set(order, { state: 'CONSUMED', version: undefined, lines: new Map() });
    else found.state = 'CONSUMED';
    const left = new Map<number, number>();
    for (const [product, pieces] of this.lines) {
      const rest = pieces - (bought.get(product) ?? 0);
      if (rest > 0) left.set(product, rest);
    }
    const isSame = [...this.lines].every(([product, pieces]) => left.get(product) === pieces);
    if (!isSame) this.change(() => (this.lines = left));
  }

  private change(apply: () => unknown): undefined {
    apply();
    this.version += 1n;
  }
}

const product = fc.nat({ max: 2 });
const order = fc.nat({ max: 3 });
const pieces = fc.integer({ min: 1, max: 60 });
const step = fc.oneof(
  fc.record({ call: fc.constant('add' as const), product, pieces }),
  fc.record({ call: fc.constant('set' as const), product, pieces }),
  fc.record({ call: fc.constant('remove' as const), product }),
  fc.record({ call: fc.constant('clear' as const) }),
  fc.record({ call: fc.constant('claim' as const), order, behind: fc.constantFrom(0n, 0n, 0n, 1n) }),
  fc.record({ call: fc.constant('release' as const), order }),
  fc.record({ call: fc.constant('complete' as const), order, product, pieces }),
  fc.record({ call: fc.constant('fail' as const), order }),
  fc.record({ call: fc.constant('end' as const), order, end: fc.constantFrom('COMPLETED', 'FAILED', 'CANCELLED') }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let suite: CartSuite;
let productIds: readonly string[];
beforeAll(async () => {
  suite = await createCartSuite();
  productIds = Array.from({ length: 3 }, () => suite.newProduct().productId);
});
afterAll(() => suite.database.close());

const productOf = (index: number) => productIds[index] ?? '';

interface World {
  readonly userId: string;
  readonly model: ModelCart;
  readonly orders: readonly string[];
}

const usesCart = new Set<Step['call']>(['add', 'set', 'remove', 'clear']);

/** Does a step in both; returns what each was refused with. */
async function run({ userId, model, orders }: World, taken: Step): Promise<{ real: unknown; wanted?: unknown }> {
  const { deps } = suite;
  if (usesCart.has(taken.call)) model.settle();
  const end = (orderId: string, isCompleted: boolean, items: { productId: string; quantity: number }[]) =>
    reasonOf(orderEnded(deps, { eventId: randomUUID(), orderId, userId, isCompleted, items }));
  const orderId = 'order' in taken ? (orders[taken.order] ?? '') : '';
  switch (taken.call) {
    case 'add': {
      const real = await reasonOf(addItem(deps, userId, productOf(taken.product), taken.pieces));
      return { real, wanted: model.add(taken.product, taken.pieces) };
    }
    case 'set': {
      const real = await reasonOf(setItemQuantity(deps, userId, productOf(taken.product), taken.pieces));
      return { real, wanted: model.set(taken.product, taken.pieces) };
    }
    case 'remove': {
      const real = await reasonOf(removeItem(deps, userId, productOf(taken.product)));
      return { real, wanted: model.remove(taken.product) };
    }
    case 'clear':
      return { real: await reasonOf(clearCart(deps, userId)), wanted: model.clear() };
    case 'claim': {
      const cartVersion = model.version - taken.behind;
      // An order has lines, so nobody claims an empty cart.
      if (model.lines.size === 0) return { real: undefined };
      const real = await reasonOf(claim(deps, { orderId, userId, cartVersion, ttlSeconds: 900 }));
      return { real, wanted: model.claim(taken.order, cartVersion) };
    }
    case 'release':
      model.release(taken.order);
      return { real: await reasonOf(release(deps, orderId)) };
    case 'complete':
      model.complete(taken.order, new Map([[taken.product, taken.pieces]]));
      return { real: await end(orderId, true, [{ productId: productOf(taken.product), quantity: taken.pieces }]) };
    case 'fail':
      model.release(taken.order);
      return { real: await end(orderId, false, []) };
    case 'end':
      model.ends.set(taken.order, taken.end);
      suite.ends.set(orderId, taken.end);
      return { real: undefined };
  }
}

describe('the cart beside a model of it', () => {
  it(
    `agrees on every answer, line and version, in ${runs} random sequences`,
    { timeout: 60_000 + runs * 500 },
    async () => {
      const property = fc.asyncProperty(fc.array(step, { maxLength: 24 }), async (steps) => {
        const orders = Array.from({ length: 4 }, () => randomUUID());
        const world: World = { userId: randomUUID(), model: new ModelCart(), orders };
        for (const taken of steps) {
          const { real, wanted } = await run(world, taken);
          expect(real).toBe(wanted);
          // Not seen yet, so that other uses than reading settle the cart, too.
          if (taken.call === 'end') continue;
          const cart = await getCart(suite.deps, world.userId, false);
          world.model.settle();
          const wantedLines = new Map([...world.model.lines].map(([index, quantity]) => [productOf(index), quantity]));
          expect(new Map(cart.lines.map(({ productId, quantity }) => [productId, quantity]))).toEqual(wantedLines);
          expect(cart.version).toBe(world.model.version);
        }
      });
      await fc.assert(property, { numRuns: runs });
      await suite.expectInvariants();
    },
  );
});
