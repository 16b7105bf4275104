import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../../testkit/random.ts';
import type { CheckoutState } from '../../../testkit/shopper/answers.ts';
import { restClient } from '../../../testkit/shopper/rest-client.ts';
import { Shopper } from '../../../testkit/shopper/shopper.ts';

const rich = 100_000_000;

/** Buyers of a platform that may die at any moment. Remembers every order that the platform accepted. */
export class Shopping {
  readonly #api: string;
  readonly #random: Random;
  readonly #products: string[] = [];
  /** The order ids of all 200 and 202 answers. */
  readonly promised = new Set<string>();
  /** The number of these answers, including orders that a restore lost. */
  accepted = 0;
  /** The number of calls that failed, because the platform was down or the buyer came too early. */
  troubles = 0;
  /** The last error of a buyer, for the message of a failed test. */
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

  /** A new customer with this much money and two pieces of a product in the cart. */
  async arrive(fundsMinor = rich): Promise<Shopper> {
    const shopper = await this.#anybody().arrive(fundsMinor);
    await this.fill(shopper);
    return shopper;
  }

  fill(shopper: Shopper): Promise<void> {
    return shopper.add(this.#random.pick(this.#products), 2);
  }

  /** Checks the cart out and waits at most `waitSeconds` for the end. Gives the order id. */
  async checkOut(shopper: Shopper, waitSeconds: number): Promise<string> {
    const { orderId } = await shopper.startCheckout({ waitSeconds });
    this.promised.add(orderId);
    this.accepted++;
    return orderId;
  }

  /** Cancels a checkout and returns its state. May be repeated. */
  async cancel(shopper: Shopper, orderId: string): Promise<CheckoutState> {
    return (await shopper.cancelCheckout(orderId)).state;
  }

  /** Buys repeatedly until the signal comes. Errors are counted and do not end it. */
  async keepBuying(shopper: Shopper, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.fill(shopper);
        await this.checkOut(shopper, 8);
      } catch (error) {
        this.lastTrouble = error;
        this.troubles++;
        // The platform is busy or down. Only the orders that it accepted matter.
        await pause(200, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #anybody(): Shopper {
    return new Shopper({ client: restClient(this.#api) });
  }
}
