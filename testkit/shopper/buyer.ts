import { randomUUID } from 'node:crypto';
import { until } from '../../platform/testing/eventually.ts';
import { pending, type Order } from './answers.ts';
import { NoAnswer, Refused, type Door } from './door.ts';
import type { Memory, Purchase } from './memory.ts';
import { Shopper } from './shopper.ts';

/** Longer than any outage of the tests. */
const patienceMs = 240_000;

/** A shopper who bears with outages, and keeps in mind every wish to buy and what was answered. */
export class Buyer extends Shopper {
  readonly memory: Memory;

  constructor(name: string, door: Door, memory: Memory) {
    super({ door, name, patienceMs, onNoAnswer: (error) => memory.noAnswer(error) });
    this.memory = memory;
  }

  /** A wish to buy what is in the cart; nothing is sent yet. */
  wish(): Purchase {
    return this.memory.begin(randomUUID());
  }

  /** Sends it once. `signal` drops the connection. */
  async checkOutOnce(purchase: Purchase, signal?: AbortSignal): Promise<string> {
    const { requestId } = purchase;
    const { orderId } = await this.startCheckoutOnce({ requestId, ...(signal === undefined ? {} : { signal }) });
    this.memory.accepted(purchase, orderId);
    return orderId;
  }

  /** Sends it until it is answered. @throws Refused */
  async checkOut(purchase: Purchase): Promise<string> {
    const { orderId } = await this.startCheckout({ requestId: purchase.requestId });
    this.memory.accepted(purchase, orderId);
    return orderId;
  }

  /** Sends it and is gone after so many milliseconds, answered or not. */
  async dropCheckOut(purchase: Purchase, afterMs: number): Promise<void> {
    try {
      await this.checkOutOnce(purchase, AbortSignal.timeout(afterMs));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }

  /** Whether it was cancelled; false is the answer that it is too late. */
  async cancel(purchase: Purchase): Promise<boolean> {
    try {
      await this.cancelCheckout(orderOf(purchase));
      purchase.cancelled = true;
      return true;
    } catch (error) {
      if (error instanceof Refused && error.reason === 'ORDER_NOT_CANCELLABLE') return false;
      throw error;
    }
  }

  /** Gives a completed order back. */
  async giveBack(purchase: Purchase): Promise<void> {
    await this.cancelOrder(orderOf(purchase));
    purchase.cancelled = true;
  }

  /** The order once it has ended; the last that was seen of it if it does not end in time. */
  endOf(purchase: Purchase, withinMs = 240_000): Promise<Order> {
    return until(
      () => this.order(orderOf(purchase)),
      ({ status }) => status !== pending,
      { withinMs, everyMs: 150 },
    );
  }
}

function orderOf({ requestId, orderId }: Purchase): string {
  if (orderId === undefined) throw new Error(`request ${requestId} has no order that its buyer knows of`);
  return orderId;
}
