import { randomUUID } from 'node:crypto';
import { until } from '../../platform/testing/eventually.ts';
import { pending, type Order } from './answers.ts';
import { NoAnswer, Refused, type ApiClient } from './api-client.ts';
import type { Memory, Purchase } from './memory.ts';
import { Shopper } from './shopper.ts';

/** Longer than any outage in the tests. */
const patienceMs = 240_000;

/** A shopper who retries during outages and remembers every purchase with its answers. */
export class Buyer extends Shopper {
  readonly memory: Memory;

  constructor(name: string, client: ApiClient, memory: Memory) {
    super({ client, name, patienceMs, onNoAnswer: (error) => memory.noAnswer(error) });
    this.memory = memory;
  }

  /** Begins a purchase of the cart: chooses its request id. Sends nothing yet. */
  wish(): Purchase {
    return this.memory.begin(randomUUID());
  }

  /** Sends the checkout once and gives the order id. `signal` drops the connection. @throws NoAnswer, Refused */
  async checkOutOnce(purchase: Purchase, signal?: AbortSignal): Promise<string> {
    const { requestId } = purchase;
    const { orderId } = await this.startCheckoutOnce({ requestId, ...(signal === undefined ? {} : { signal }) });
    this.memory.accepted(purchase, orderId);
    return orderId;
  }

  /** Sends the checkout until it is answered and gives the order id. @throws Refused */
  async checkOut(purchase: Purchase): Promise<string> {
    const { orderId } = await this.startCheckout({ requestId: purchase.requestId });
    this.memory.accepted(purchase, orderId);
    return orderId;
  }

  /** Sends the checkout and drops the connection after `afterMs` milliseconds, answered or not. */
  async dropCheckOut(purchase: Purchase, afterMs: number): Promise<void> {
    try {
      await this.checkOutOnce(purchase, AbortSignal.timeout(afterMs));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }

  /** Cancels the checkout. False if the answer is that it is too late. */
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

  /** Cancels an order. If its money is taken, that refunds it. */
  async giveBack(purchase: Purchase): Promise<void> {
    await this.cancelOrder(orderOf(purchase));
    purchase.cancelled = true;
  }

  /** Waits until the order has ended. If it does not end in time, returns the last state that was read. */
  endOf(purchase: Purchase, withinMs = 240_000): Promise<Order> {
    return until(
      () => this.order(orderOf(purchase)),
      ({ status }) => status !== pending,
      { withinMs, everyMs: 150 },
    );
  }
}

function orderOf({ requestId, orderId }: Purchase): string {
  if (orderId === undefined) throw new Error(`the buyer got no order id for request ${requestId}`);
  return orderId;
}
