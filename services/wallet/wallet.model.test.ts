import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture } from './domain/capture.ts';
import { expireOverdueHolds } from './domain/expire.ts';
import { hold } from './domain/hold.ts';
import { refund } from './domain/refund.ts';
import { topUp } from './domain/top-up.ts';
import type { Wallet } from './domain/types.ts';
import { voidHold } from './domain/void.ts';
import { createWalletSuite, holdInput, reasonOf, usd, type WalletSuite } from './testing.ts';

/** How many sequences; the quality bar is 10,000. */
const runs = Number(process.env.MODEL_RUNS ?? 100);

interface ModelHold {
  amount: bigint;
  state: 'HELD' | 'CAPTURED' | 'VOIDED' | 'EXPIRED' | 'TOMBSTONE';
  passed: 'nothing' | 'deadline' | 'expiry';
  refunded: boolean;
}

/** A wallet as the design describes it, in the plainest way: what each call is refused with, and what is left. */
class ModelWallet {
  balance = 0n;
  readonly holds = new Map<number, ModelHold>();
  readonly topUps = new Map<number, bigint>();

  get held(): bigint {
    return [...this.holds.values()].reduce((sum, { state, amount }) => (state === 'HELD' ? sum + amount : sum), 0n);
  }

  topUp(request: number, amount: bigint): string | undefined {
    const first = this.topUps.get(request);
    if (first !== undefined) return first === amount ? undefined : 'REQUEST_ID_REUSED';
    this.topUps.set(request, amount);
    this.balance += amount;
    return undefined;
  }

  hold(order: number, amount: bigint): string | undefined {
    const found = this.holds.get(order);
    if (found !== undefined) {
      if (found.state === 'TOMBSTONE') return 'ALREADY_VOIDED';
      if (found.amount !== amount) return 'REQUEST_ID_REUSED';
      return found.state === 'VOIDED' ? 'ALREADY_VOIDED' : undefined;
    }
    const overdue = this.overdue();
    const freed = overdue.reduce((sum, hold) => sum + hold.amount, 0n);
    const available = this.balance - this.held;
    if (available + freed < amount) return 'INSUFFICIENT_FUNDS';
    if (available < amount) for (const hold of overdue) hold.state = 'EXPIRED';
    this.holds.set(order, { amount, state: 'HELD', passed: 'nothing', refunded: false });
    return undefined;
  }

  capture(order: number): string | undefined {
    const found = this.holds.get(order);
    if (found === undefined) return 'HOLD_NOT_FOUND';
    if (found.state === 'CAPTURED') return undefined;
    if (found.state === 'VOIDED' || found.state === 'TOMBSTONE') return 'ALREADY_VOIDED';
    if (found.state === 'EXPIRED' || found.passed !== 'nothing') {
      found.state = 'EXPIRED';
      return 'EXPIRED';
    }
    found.state = 'CAPTURED';
    this.balance -= found.amount;
    return undefined;
  }

  void(order: number): string | undefined {
    const found = this.holds.get(order);
    if (found === undefined) {
      this.holds.set(order, { amount: 0n, state: 'TOMBSTONE', passed: 'nothing', refunded: false });
    } else if (found.state === 'CAPTURED') return 'ALREADY_CAPTURED';
    else if (found.state === 'HELD') found.state = 'VOIDED';
    return undefined;
  }

  refund(order: number): string | undefined {
    const found = this.holds.get(order);
    if (found?.state !== 'CAPTURED') return 'HOLD_NOT_CAPTURED';
    if (!found.refunded) this.balance += found.amount;
    found.refunded = true;
    return undefined;
  }

  sweep(): void {
    for (const hold of this.overdue()) hold.state = 'EXPIRED';
  }

  private overdue(): ModelHold[] {
    return [...this.holds.values()].filter(({ state, passed }) => state === 'HELD' && passed === 'expiry');
  }
}

const order = fc.nat({ max: 3 });
const amount = fc.bigInt({ min: 1n, max: 60n });
const step = fc.oneof(
  fc.record({ call: fc.constant('topUp'), request: fc.nat({ max: 2 }), amount }),
  fc.record({ call: fc.constant('hold'), order, amount: fc.constantFrom(20n, 40n, 50n) }),
  fc.record({ call: fc.constant('hold'), order, amount: fc.constantFrom(20n, 40n) }),
  fc.record({ call: fc.constant('capture' as const), order }),
  fc.record({ call: fc.constant('void' as const), order }),
  fc.record({ call: fc.constant('refund' as const), order }),
  fc.record({ call: fc.constant('pass'), order, what: fc.constantFrom('deadline' as const, 'expiry' as const) }),
  fc.record({ call: fc.constant('sweep') }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let suite: WalletSuite;
beforeAll(async () => {
  suite = await createWalletSuite();
});
afterAll(() => suite.database.close());

interface World {
  readonly wallet: Wallet;
  readonly model: ModelWallet;
  readonly orders: readonly string[];
  readonly requests: readonly string[];
}

/** Does a step in both; returns what each was refused with. */
async function run(world: World, taken: Step): Promise<{ real: unknown; wanted: string | undefined }> {
  const { wallet, model, orders, requests } = world;
  const { deps } = suite;
  if ('request' in taken) {
    const { request, amount } = taken;
    const input = { userId: wallet.userId, requestId: requests[request] ?? '', amount: usd(amount) };
    return { real: await reasonOf(topUp(deps, input)), wanted: model.topUp(request, amount) };
  }
  if (!('order' in taken)) {
    model.sweep();
    return { real: await reasonOf(expireOverdueHolds(deps)), wanted: undefined };
  }
  const orderId = orders[taken.order] ?? '';
  if ('what' in taken) {
    const found = model.holds.get(taken.order);
    if (found === undefined || found.state === 'TOMBSTONE') return { real: undefined, wanted: undefined };
    found.passed = found.passed === 'expiry' ? 'expiry' : taken.what;
    return { real: await reasonOf(suite.pass(orderId, taken.what)), wanted: undefined };
  }
  if ('amount' in taken) {
    const input = holdInput(wallet, taken.amount, { orderId });
    return { real: await reasonOf(hold(deps, input)), wanted: model.hold(taken.order, taken.amount) };
  }
  const verbs = { capture, void: voidHold, refund };
  return { real: await reasonOf(verbs[taken.call](deps, orderId)), wanted: model[taken.call](taken.order) };
}

describe('the wallet beside a model of it', () => {
  it(`agrees on every answer and balance, in ${runs} random sequences`, { timeout: 60_000 + runs * 500 }, async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 24 }), async (steps) => {
      const world: World = {
        wallet: await suite.fundedWallet(0n),
        model: new ModelWallet(),
        orders: Array.from({ length: 4 }, () => randomUUID()),
        requests: Array.from({ length: 3 }, () => randomUUID()),
      };
      for (const taken of steps) {
        const { real, wanted } = await run(world, taken);
        expect(real).toBe(wanted);
        const { balanceMinor, heldMinor } = await suite.walletOf(world.wallet);
        expect({ balanceMinor, heldMinor }).toEqual({ balanceMinor: world.model.balance, heldMinor: world.model.held });
      }
    });
    await fc.assert(property, { numRuns: runs });
    await suite.expectInvariants();
  });
});
