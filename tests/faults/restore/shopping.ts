import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../../testkit/random.ts';
import type { CheckoutState } from '../../../testkit/shopper/answers.ts';
import { restClient } from '../../../testkit/shopper/rest-client.ts';
import { Shopper } from '../../../testkit/shopper/shopper.ts';

const rich = 100_000_000;

/** Buyers of a shop that may be gone at any moment; every order that they were promised is kept in mind. */
export class Shopping {
  readonly #api: string;
  readonly #random: Random;
  readonly #products: string[] = [];
  /** Order ids of every 200 and 202 that a client got. */
  readonly promised = new Set<string>();
  /** How many these were, those that a restore forgot included. */
  accepted = 0;
  /** Calls without an answer, or with one that a buyer who comes too early gets. */
  troubles = 0;
  /** What a buyer met last, for the message of a test that fails. */
  lastTrouble: unknown;

  constructor(api: string, random: Random) {
    this.#api = api;
    this.#random = random;
  }

  /** Reads the catalog once, so that every buyer can pick a product. */
  async readCatalog(): Promise<void> {
    const products = await this.#anybody().products({ inStock: true, pageSize: 50 });
    this.#products.push(...products.map(({ productId }) => productId));
  }

  /** A customer of their own with so much who puts two things into the cart. */
  async arrive(fundsMinor = rich): Promise<Shopper> {
    const shopper = await this.#anybody().arrive(fundsMinor);
    await this.fill(shopper);
    return shopper;
  }

  fill(shopper: Shopper): Promise<void> {
    return shopper.add(this.#random.pick(this.#products), 2);
  }

  /** Checks the cart out; waits at most `waitSeconds` for the end. */
  async checkOut(shopper: Shopper, waitSeconds: number): Promise<string> {
    const { orderId } = await shopper.startCheckout({ waitSeconds });
    this.promised.add(orderId);
    this.accepted++;
    return orderId;
  }

  /** Cancels a checkout; returns its state. May be repeated. */
  async cancel(shopper: Shopper, orderId: string): Promise<CheckoutState> {
    return (await shopper.cancelCheckout(orderId)).state;
  }

  /** Buys again and again until it is told to stop or the shop is gone. */
  async keepBuying(shopper: Shopper, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.fill(shopper);
        await this.checkOut(shopper, 8);
      } catch (error) {
        this.lastTrouble = error;
        this.troubles++;
        // The shop is busy, or gone: what counts is what it promised.
        await pause(200, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #anybody(): Shopper {
    return new Shopper({ client: restClient(this.#api) });
  }
}
