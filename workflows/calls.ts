import { workflowInfo } from '@temporalio/workflow';
import { formatMoney } from '../proto/money.ts';
import type { CheckoutInput, Failure, OrderEnd } from './contract/checkout.ts';
import { namesOfSteps as names, servicesOfSteps as services } from './contract/parts.ts';
import type { Group, Step } from './steps.ts';

/** Every call that a checkout may make. All are keyed by the order, so each may be repeated (rule S5). */
export interface Calls {
  readonly claim: Step<void>;
  readonly reserve: Step<void>;
  readonly hold: Step<void>;
  readonly capture: Step<void>;
  readonly commit: Step<void>;
  readonly complete: Step<OrderEnd>;
  readonly void: Step<void>;
  readonly releaseStock: Step<void>;
  readonly releaseClaim: Step<void>;
  readonly refund: Step<void>;
  readonly restock: Step<void>;
  readonly fail: (failure: Failure) => Step<OrderEnd>;
  readonly cancel: (cause: string) => Step<OrderEnd>;
  /** All forward steps as one local activity (rule S25). */
  readonly forward: Group;
}

export function createCalls(input: CheckoutInput): Calls {
  const { orderId, userId, cartVersion, lines, total: amount, ttlSeconds } = input;
  const key = { orderId };
  // Rule S7: counted from the start of the run, so that a repeated hold does not move the deadline.
  const captureDeadlineMs = workflowInfo().startTime.getTime() + 1_000 * input.captureWindowSeconds;
  const claimInput = { orderId, userId, cartVersion, ttlSeconds };
  const reserveInput = { orderId, lines, ttlSeconds };
  const holdInput = { orderId, userId, amount, ttlSeconds, captureDeadlineMs };
  const claim: Step<void> = {
    key: names.claimCart,
    service: services.claimCart,
    summary: `Claim the cart at version ${cartVersion}`,
    call: (activities) => activities.claimCart(claimInput),
    attempted: ({ claimCart }) => claimCart,
  };
  const reserve: Step<void> = {
    key: names.reserveStock,
    service: services.reserveStock,
    summary: `Reserve ${lines.length === 1 ? 'a product' : `${lines.length} products`}`,
    call: (activities) => activities.reserveStock(reserveInput),
    attempted: ({ reserveStock }) => reserveStock,
  };
  const hold: Step<void> = {
    key: names.holdFunds,
    service: services.holdFunds,
    summary: `Hold ${formatMoney({ currencyCode: amount.currencyCode, minorUnits: BigInt(amount.minorUnits) })}`,
    call: (activities) => activities.holdFunds(holdInput),
    attempted: ({ holdFunds }) => holdFunds,
  };
  const capture: Step<void> = {
    key: names.captureFunds,
    service: services.captureFunds,
    summary: 'Capture the held funds',
    call: (to) => to.captureFunds(key),
    attempted: ({ captureFunds }) => captureFunds,
  };
  const commit: Step<void> = {
    key: names.commitStock,
    service: services.commitStock,
    summary: 'Turn the reservation into a sale',
    call: (to) => to.commitStock(key),
    attempted: ({ commitStock }) => commitStock,
  };
  const complete: Step<OrderEnd> = {
    key: names.completeOrder,
    service: services.completeOrder,
    summary: 'Complete the order',
    call: (to) => to.completeOrder(key),
    attempted: ({ completeOrder }) => completeOrder,
  };
  const steps = [claim, reserve, hold, capture, commit, complete];
  return {
    claim,
    reserve,
    hold,
    capture,
    commit,
    complete,
    void: {
      key: names.voidHold,
      service: services.voidHold,
      summary: 'Undo: void the hold',
      call: (to) => to.voidHold(key),
    },
    releaseStock: {
      key: names.releaseStock,
      service: services.releaseStock,
      summary: 'Undo: release the stock',
      call: (to) => to.releaseStock(key),
    },
    releaseClaim: {
      key: names.releaseClaim,
      service: services.releaseClaim,
      summary: 'Undo: release the cart',
      call: (to) => to.releaseClaim(key),
    },
    refund: {
      key: names.refundFunds,
      service: services.refundFunds,
      summary: 'Give the money back in full',
      call: (to) => to.refundFunds(key),
    },
    restock: {
      key: names.restock,
      service: services.restock,
      summary: 'Put the goods back into stock',
      call: (to) => to.restock(key),
    },
    fail: (failure) => ({
      key: names.failOrder,
      service: services.failOrder,
      summary: `Fail the order: ${failure.reason}`,
      call: (activities) => activities.failOrder({ orderId, failure }),
    }),
    cancel: (cause) => ({
      key: names.cancelOrder,
      service: services.cancelOrder,
      summary: 'Cancel the order',
      call: (activities) => activities.cancelOrder({ orderId, expectedStatus: 'PENDING', cause }),
    }),
    forward: {
      steps,
      summary: inOneSentence(steps.map(({ summary }) => summary)),
      call: (activities) => activities.attemptCheckout({ claim: claimInput, reserve: reserveInput, hold: holdInput }),
    },
  };
}

/** "Claim the cart", "Hold 5 USD" → "Claim the cart, hold 5 USD". */
function inOneSentence(summaries: readonly string[]): string {
  return summaries.map((text, index) => (index === 0 ? text : text.charAt(0).toLowerCase() + text.slice(1))).join(', ');
}
