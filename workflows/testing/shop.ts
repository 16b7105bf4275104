import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { refusal, refusedWith } from '../contract/refusal.ts';
import type { Activities, Attempt, AttemptActivities, OrderEnd, StepOutcome } from '../contract/checkout.ts';
import type { Fault } from './faults.ts';

export type StepName = keyof Activities;
/** They run at the same time, before the money is taken (rule S9). */
export const stageOne: readonly StepName[] = ['claimCart', 'reserveStock', 'holdFunds'];
/**
 * For each step one fault for each attempt, in their order; or one that is the same for all attempts. `attemptCheckout`
 * is the local activity that takes all forward steps; its steps have their own faults, too.
 */
export type Faults = Partial<Record<StepName | 'attemptCheckout', readonly Fault[] | { readonly always: Fault }>>;

/** What the services know of one order. They answer by rules S5, S6 and S16. Each test checks it at the end. */
export interface Shop {
  claim: 'none' | 'CLAIMED' | 'RELEASED';
  reservation: 'none' | 'ACTIVE' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';
  hold: 'none' | 'HELD' | 'CAPTURED' | 'VOIDED' | 'EXPIRED';
  refunded: boolean;
  restocked: boolean;
  order: OrderEnd;
  /** Whether a commit of an expired reservation finds free stock to retake (rule S16). */
  hasFreeStock: boolean;
  /** Every attempt that reached a step, local ones marked `name@local`. */
  readonly attempts: string[];
  faults: Faults;
}

export function createShop(faults: Faults): Shop {
  return {
    claim: 'none',
    reservation: 'none',
    hold: 'none',
    refunded: false,
    restocked: false,
    order: { status: 'PENDING' },
    hasFreeStock: true,
    attempts: [],
    faults,
  };
}

const no = (reason: string) => refusal({ reason, message: `refused: ${reason}`, metadata: {} });

/** The steps as the services would answer them, over one `Shop` for each order. */
export function createShopActivities(shopOf: (orderId: string) => Shop): Activities & AttemptActivities {
  const used = new Map<string, number>();

  function faultOf(name: keyof Faults, orderId: string): Fault | undefined {
    const count = used.get(name + orderId) ?? 0;
    used.set(name + orderId, count + 1);
    const faults = shopOf(orderId).faults[name] ?? [];
    return 'always' in faults ? faults.always : faults[count];
  }

  function step<Input extends { readonly orderId: string }, Result>(
    name: StepName,
    effect: (shop: Shop, input: Input) => Result,
  ): (input: Input) => Promise<Result> {
    return async (input) => {
      const shop = shopOf(input.orderId);
      shop.attempts.push(activityInfo().isLocal ? `${name}@local` : name);
      const fault = faultOf(name, input.orderId);
      const run = () => effect(shop, input);
      return fault === undefined ? run() : await fault(run);
    };
  }

  const steps: Activities = {
    claimCart: step('claimCart', (shop) => {
      if (shop.claim === 'RELEASED') throw no('ALREADY_RELEASED');
      shop.claim = 'CLAIMED';
    }),
    releaseClaim: step('releaseClaim', (shop) => {
      shop.claim = 'RELEASED';
    }),
    reserveStock: step('reserveStock', (shop) => {
      if (shop.reservation === 'RELEASED') throw no('ALREADY_RELEASED');
      if (shop.reservation === 'none') shop.reservation = 'ACTIVE';
    }),
    commitStock: step('commitStock', (shop) => {
      const live = shop.reservation === 'ACTIVE' || shop.reservation === 'COMMITTED';
      if (!live && !(shop.reservation === 'EXPIRED' && shop.hasFreeStock)) {
        shop.reservation = 'RELEASED';
        throw no('OUT_OF_STOCK');
      }
      shop.reservation = 'COMMITTED';
    }),
    releaseStock: step('releaseStock', (shop) => {
      if (shop.reservation === 'COMMITTED') throw no('ALREADY_COMMITTED');
      shop.reservation = 'RELEASED';
    }),
    restock: step('restock', (shop) => {
      shop.restocked = true;
    }),
    holdFunds: step('holdFunds', (shop) => {
      if (shop.hold === 'VOIDED') throw no('ALREADY_VOIDED');
      if (shop.hold === 'none') shop.hold = 'HELD';
    }),
    captureFunds: step('captureFunds', (shop) => {
      if (shop.hold === 'VOIDED') throw no('ALREADY_VOIDED');
      if (shop.hold === 'EXPIRED') throw no('EXPIRED');
      if (shop.hold === 'none') throw no('HOLD_NOT_FOUND');
      shop.hold = 'CAPTURED';
    }),
    voidHold: step('voidHold', (shop) => {
      if (shop.hold === 'CAPTURED') throw no('ALREADY_CAPTURED');
      if (shop.hold !== 'EXPIRED') shop.hold = 'VOIDED';
    }),
    refundFunds: step('refundFunds', (shop) => {
      if (shop.hold !== 'CAPTURED') throw no('HOLD_NOT_CAPTURED');
      shop.refunded = true;
    }),
    completeOrder: step('completeOrder', (shop) => write(shop, { status: 'COMPLETED' })),
    failOrder: step('failOrder', (shop, { failure }) => write(shop, { status: 'FAILED', failure })),
    cancelOrder: step('cancelOrder', (shop, { expectedStatus }) => {
      if (shop.order.status === expectedStatus) shop.order = { status: 'CANCELLED' };
      return shop.order;
    }),
    readOrder: step('readOrder', (shop) => shop.order),
  };
  const attempt = attemptOver(steps);
  return {
    ...steps,
    attemptCheckout: async (input) => {
      const fault = faultOf('attemptCheckout', input.claim.orderId);
      const run = () => attempt(input);
      return await (fault === undefined ? run() : fault(run));
    },
  };
}

/** What `activities/attempt.ts` does with the real steps. Workflows stand below it, and so do their tests. */
function attemptOver(steps: Activities): AttemptActivities['attemptCheckout'] {
  return async ({ claim, reserve, hold }) => {
    const [claimCart, reserveStock, holdFunds] = await Promise.all([
      outcomeOf(steps.claimCart(claim)),
      outcomeOf(steps.reserveStock(reserve)),
      outcomeOf(steps.holdFunds(hold)),
    ]);
    const told: Partial<Record<StepName, StepOutcome<unknown>>> = { claimCart, reserveStock, holdFunds };
    for (const name of ['captureFunds', 'commitStock', 'completeOrder'] as const) {
      if (Object.values(told).some(({ outcome }) => outcome !== 'done')) break;
      told[name] = await outcomeOf<unknown>(steps[name]({ orderId: claim.orderId }));
    }
    return told as Attempt;
  };
}

async function outcomeOf<Result>(call: Promise<Result>): Promise<StepOutcome<Result>> {
  try {
    return { outcome: 'done', result: await call };
  } catch (error) {
    const failure = refusedWith(error);
    if (failure !== undefined) return { outcome: 'refused', failure };
    return { outcome: 'unanswered', reason: error instanceof ApplicationFailure ? (error.type ?? '') : String(error) };
  }
}

/** An order that has ended stays as it is, and the answer says how it ended (rule S19). */
function write(shop: Shop, end: OrderEnd): OrderEnd {
  if (shop.order.status === 'PENDING') shop.order = end;
  return shop.order;
}
