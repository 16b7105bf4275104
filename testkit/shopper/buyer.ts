import { randomUUID } from 'node:crypto';
import { NoAnswer, Refused, type Door, type Json, type Method } from './door.ts';
import type { Memory, Purchase } from './memory.ts';
import { patiently } from './patience.ts';

export interface Money {
  readonly currencyCode: string;
  /** Decimal digits. */
  readonly minorUnits: string;
}
export interface Order {
  readonly orderId: string;
  readonly status: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  readonly total: Money;
  readonly failure?: { readonly reason: string; readonly message: string } | null;
}
export interface Wallet {
  readonly balance: Money;
  readonly held: Money;
}
export interface Transaction {
  readonly type: string;
  readonly amount: Money;
  readonly orderId: string;
}
export interface Line {
  readonly productId: string;
  readonly quantity: number;
}

export const pending = 'ORDER_STATUS_PENDING';
/** How long a buyer tries again: longer than any outage of the tests. */
const patienceMs = 240_000;

/** A customer with a wallet, who tries again whatever is not answered and keeps the request id meanwhile. */
export class Buyer {
  readonly name: string;
  readonly memory: Memory;
  readonly #door: Door;
  readonly #email = `buyer-${randomUUID()}@example.com`;
  readonly #password = randomUUID();
  #token: string | undefined;

  constructor(name: string, door: Door, memory: Memory) {
    this.name = name;
    this.#door = door;
    this.memory = memory;
  }

  /** Registers, and opens a wallet with so much in it. */
  async arrive(fundsMinor: number): Promise<void> {
    const registered = await this.#once('AuthService/Register', this.#credentials, ['EMAIL_TAKEN']);
    this.#token = tokenOf(registered);
    if (this.#token === undefined) await this.#signIn();
    await this.#once('WalletService/CreateWallet', { currencyCode: 'USD' }, ['WALLET_EXISTS']);
    const amount = { currencyCode: 'USD', minorUnits: String(fundsMinor) };
    if (fundsMinor > 0) await this.ask('WalletService/TopUp', { amount, requestId: randomUUID() });
  }

  /** Makes the cart hold exactly these lines. */
  async fillCart(lines: readonly Line[]): Promise<void> {
    const wanted = new Map(lines.map(({ productId, quantity }) => [productId, quantity]));
    await this.#retrying(async () => {
      const { cart } = (await this.try('CartService/GetCart', {})) as { cart?: { items?: Line[] } };
      const there = new Map((cart?.items ?? []).map(({ productId, quantity }) => [productId, quantity]));
      for (const productId of there.keys()) {
        if (!wanted.has(productId)) await this.#change('CartService/RemoveItem', { productId });
      }
      for (const [productId, quantity] of wanted) {
        if (there.get(productId) === quantity) continue;
        const known = there.has(productId);
        await this.#change(known ? 'CartService/SetItemQuantity' : 'CartService/AddItem', { productId, quantity });
      }
    });
  }

  async cartLines(): Promise<number> {
    const { cart } = (await this.ask('CartService/GetCart', {})) as { cart?: { items?: Line[] } };
    return cart?.items?.length ?? 0;
  }

  /** A wish to buy what is in the cart; nothing is sent yet. */
  wish(): Purchase {
    return this.memory.begin(randomUUID());
  }

  /** Sends it once. `signal` drops the connection. */
  async checkOutOnce(purchase: Purchase, signal?: AbortSignal): Promise<string> {
    const { requestId } = purchase;
    const { checkout } = (await this.try('CheckoutService/StartCheckout', { requestId }, signal)) as {
      checkout: { orderId: string };
    };
    this.memory.accepted(purchase, checkout.orderId);
    return checkout.orderId;
  }

  /** Sends it until it is answered. @throws Refused */
  checkOut(purchase: Purchase): Promise<string> {
    return this.#retrying(() => this.checkOutOnce(purchase));
  }

  /** Whether it was cancelled; false is the answer that it is too late. */
  async cancel(purchase: Purchase): Promise<boolean> {
    try {
      await this.ask('CheckoutService/CancelCheckout', { orderId: purchase.orderId });
      purchase.cancelled = true;
      return true;
    } catch (error) {
      if (error instanceof Refused && error.reason === 'ORDER_NOT_CANCELLABLE') return false;
      throw error;
    }
  }

  /** Gives a completed order back. */
  async giveBack(purchase: Purchase): Promise<void> {
    await this.ask('OrderService/CancelOrder', { orderId: purchase.orderId, requestId: randomUUID() });
    purchase.cancelled = true;
  }

  async order(orderId: string): Promise<Order> {
    return ((await this.ask('OrderService/GetOrder', { orderId })) as { order: Order }).order;
  }

  orders = (): Promise<Order[]> => this.#list<Order>('OrderService/ListOrders', 'orders');

  transactions = (): Promise<Transaction[]> =>
    this.#list<Transaction>('WalletService/ListTransactions', 'transactions');

  async wallet(): Promise<Wallet> {
    return ((await this.ask('WalletService/GetWallet', {})) as { wallet: Wallet }).wallet;
  }

  /** Calls until there is an answer. @throws Refused */
  ask(method: Method, request: Json): Promise<Json> {
    return this.#retrying(() => this.try(method, request));
  }

  /** Calls once; signs in again if that is what is missing. @throws NoAnswer, Refused */
  async try(method: Method, request: Json, signal?: AbortSignal): Promise<Json> {
    try {
      return await this.#door.call(method, request, {
        token: this.#token,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (error instanceof NoAnswer && /401|Unauthenticated/.test(error.status)) await this.#signIn();
      throw error;
    }
  }

  async #list<Thing>(method: Method, things: string): Promise<Thing[]> {
    const all: Thing[] = [];
    for (let pageToken = ''; ;) {
      const page = await this.ask(method, { pageSize: 100, ...(pageToken === '' ? {} : { pageToken }) });
      all.push(...((page[things] ?? []) as Thing[]));
      pageToken = String(page['nextPageToken'] ?? '');
      if (pageToken === '') return all;
    }
  }

  /** Where a repeat of what succeeded is told so by this reason. */
  async #once(method: Method, request: Json, done: readonly string[]): Promise<Json> {
    try {
      return await this.ask(method, request);
    } catch (error) {
      if (error instanceof Refused && done.includes(error.reason)) return {};
      throw error;
    }
  }

  /** A change of the cart that an unanswered attempt may have made already. */
  async #change(method: Method, request: Json): Promise<void> {
    try {
      await this.try(method, request);
    } catch (error) {
      if (!(error instanceof Refused) || error.reason !== 'CART_ITEM_NOT_FOUND') throw error;
      // The order before has just taken it out; look again.
      throw new NoAnswer(error.reason, error.message);
    }
  }

  async #signIn(): Promise<void> {
    this.#token = tokenOf(await this.#door.call('AuthService/Login', this.#credentials));
  }

  get #credentials(): Json {
    return { email: this.#email, password: this.#password };
  }

  #retrying<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    return patiently(call, { forMs: patienceMs, onNoAnswer: (error) => this.memory.noAnswer(error) });
  }
}

function tokenOf(answer: Json): string | undefined {
  return (answer['tokens'] as { accessToken: string } | undefined)?.accessToken;
}
