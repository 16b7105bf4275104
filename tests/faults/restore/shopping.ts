import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../../testkit/random.ts';

type Json = Record<string, unknown>;

/** Buyers of a shop, by plain REST, who remember every order that they were promised. */
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

  async openDoors(): Promise<void> {
    const { products } = await this.#call('GET', '/api/v1/products?inStock=true&pageSize=50');
    for (const { productId } of products as { productId: string }[]) this.#products.push(productId);
  }

  /** A customer of their own with this much USD who puts two things into the cart; returns their token. */
  async arrive(minorUnits = '100000000'): Promise<string> {
    const credentials = { email: `buyer-${randomUUID()}@example.com`, password: randomUUID() };
    const { tokens } = await this.#call('POST', '/api/v1/auth/register', undefined, credentials);
    const token = String((tokens as Json)['accessToken']);
    await this.#call('POST', '/api/v1/wallet', token, { currencyCode: 'USD' });
    const amount = { currencyCode: 'USD', minorUnits };
    await this.#call('POST', '/api/v1/wallet/topup', token, { amount, requestId: randomUUID() });
    await this.fill(token);
    return token;
  }

  async fill(token: string): Promise<void> {
    const productId = this.#random.pick(this.#products);
    await this.#call('POST', '/api/v1/cart/items', token, { productId, quantity: 2 });
  }

  /** Checks the cart out; waits at most `waitSeconds` for the end. */
  async checkOut(token: string, waitSeconds: number): Promise<string> {
    const { checkout } = await this.#call('POST', '/api/v1/cart/checkout', token, {
      requestId: randomUUID(),
      wait: `${waitSeconds}s`,
    });
    const { orderId } = checkout as { orderId: string };
    this.promised.add(orderId);
    this.accepted++;
    return orderId;
  }

  /** Cancels a checkout; returns its state. May be repeated. */
  async cancel(token: string, orderId: string): Promise<string> {
    const { checkout } = await this.#call('POST', `/api/v1/checkouts/${orderId}:cancel`, token, {});
    return String((checkout as Json)['state']);
  }

  /** Buys again and again until it is told to stop or the shop is gone. */
  async keepBuying(token: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.fill(token);
        await this.checkOut(token, 8);
      } catch (error) {
        this.lastTrouble = error;
        this.troubles++;
        // The shop is busy, or gone: what counts is what it promised.
        await pause(200, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #call(method: string, path: string, token?: string, body?: Json): Promise<Json> {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(this.#api + path, init);
    const answer = (await response.json()) as Json;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }
}
