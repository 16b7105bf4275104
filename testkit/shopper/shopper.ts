import { randomUUID } from 'node:crypto';
import { eventually, type Patience } from '../../platform/testing/eventually.ts';
import { pending } from './answers.ts';
import type { Cart, Checkout, Line, Order, Product, Tokens, Transaction, User, Wallet } from './answers.ts';
import type { Method } from './contract.ts';
import { NoAnswer, Refused, type ApiClient, type Json } from './api-client.ts';
import { patiently, type Persistence } from './patience.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface ShopperOptions {
  /** Decides the protocol and the address. */
  readonly client: ApiClient;
  /** A name for messages. Default: the email. */
  readonly name?: string;
  /** Default: new ones, of a user who is not registered yet. */
  readonly credentials?: Credentials;
  /** For how long a call without an answer is retried, with the same request id. Default 0: a single attempt. */
  readonly patienceMs?: number;
  /** Called for each attempt without an answer. */
  readonly onNoAnswer?: (error: NoAnswer) => void;
}

export interface CheckoutOptions {
  /** The same id gives the same order (rule S2). Default: a new one. */
  readonly requestId?: string;
  /** How long the answer may wait for the end of the checkout, at most 8 s. The checkout may still run then. */
  readonly waitSeconds?: number;
  /** Aborting it drops the connection. */
  readonly signal?: AbortSignal;
}

export interface NewProduct {
  readonly priceMinor: number;
  readonly pieces: number;
  readonly name?: string;
}

const currencyCode = 'USD';
const usd = (minor: number) => ({ currencyCode, minorUnits: String(minor) });

/** A user of the public API: a customer with a cart and a wallet, or an admin, as the credentials say. */
export class Shopper {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly #client: ApiClient;
  readonly #persistence: Persistence;
  #tokens: Tokens | undefined;

  constructor({ client, name, credentials, patienceMs = 0, onNoAnswer }: ShopperOptions) {
    const { email, password } = credentials ?? { email: `${randomUUID()}@example.com`, password: randomUUID() };
    this.name = name ?? email;
    this.email = email;
    this.password = password;
    this.#client = client;
    this.#persistence = { forMs: patienceMs, onNoAnswer };
  }

  /** @throws Error before the first sign-in */
  get tokens(): Tokens {
    if (this.#tokens === undefined) throw new Error(`${this.name} is not signed in`);
    return this.#tokens;
  }

  /** Headers for calls that do not go through this class. */
  get headers(): { readonly authorization: string } {
    return { authorization: `Bearer ${this.tokens.accessToken}` };
  }

  /** Registers and opens a wallet with this much money. */
  async arrive(fundsMinor: number): Promise<this> {
    await this.register();
    await this.openWallet(fundsMinor);
    return this;
  }

  /** Registers, which signs in as well. */
  async register(): Promise<void> {
    const registered = await this.#once('AuthService/Register', this.#credentials, 'EMAIL_TAKEN');
    if (registered === undefined) await this.signIn();
    else this.#tokens = registered['tokens'] as Tokens;
  }

  signIn(): Promise<void> {
    return this.#retrying(() => this.#signInOnce());
  }

  async me(): Promise<User> {
    return (await this.ask('AuthService/GetMe', {}))['user'] as User;
  }

  async openWallet(fundsMinor: number): Promise<void> {
    await this.#once('WalletService/CreateWallet', { currencyCode }, 'WALLET_EXISTS');
    if (fundsMinor > 0) await this.topUp(fundsMinor);
  }

  async topUp(minor: number, requestId: string = randomUUID()): Promise<void> {
    await this.ask('WalletService/TopUp', { amount: usd(minor), requestId });
  }

  async wallet(): Promise<Wallet> {
    return (await this.ask('WalletService/GetWallet', {}))['wallet'] as Wallet;
  }

  /** All transactions of the wallet, the latest first. */
  transactions(): Promise<Transaction[]> {
    return this.#list<Transaction>('WalletService/ListTransactions', 'transactions');
  }

  /** One page of the catalog. */
  async products(request: Json = {}): Promise<Product[]> {
    return (await this.ask('ProductService/ListProducts', request))['products'] as Product[];
  }

  async product(productId: string): Promise<Product> {
    return (await this.ask('ProductService/GetProduct', { productId }))['product'] as Product;
  }

  /** As an admin: creates a product that no other test knows, so that nobody else takes its stock. */
  async createProduct({ priceMinor, pieces, name = 'A thing to test with' }: NewProduct): Promise<Product> {
    const goods = { sku: `TESTKIT-${randomUUID()}`, name, category: 'tests', price: usd(priceMinor) };
    const request = { product: { ...goods, availableQuantity: pieces }, requestId: randomUUID() };
    return (await this.ask('ProductService/CreateProduct', request))['product'] as Product;
  }

  /** As an admin: changes the pieces on hand. */
  async adjustStock(productId: string, delta: number): Promise<void> {
    await this.ask('ProductService/AdjustStock', { productId, delta, requestId: randomUUID() });
  }

  /** As an admin: puts money into a user's wallet. */
  async creditWallet(userId: string, minor: number): Promise<void> {
    const request = { userId, amount: usd(minor), reason: 'for a test', requestId: randomUUID() };
    await this.ask('AdminService/CreditWallet', request);
  }

  /** As an admin: makes a user a member of support, or takes that role. */
  async changeSupport(change: 'GrantRole' | 'RevokeRole', userId: string): Promise<void> {
    const request = { userId, role: 'support', reason: 'for a test', requestId: randomUUID() };
    await this.ask(`AdminService/${change}`, request);
  }

  /** As an admin: the story of an order, by its id or by a payment's. */
  explain(id: string): Promise<Json> {
    return this.ask('AdminService/ExplainOrder', { orderId: id });
  }

  async cart(): Promise<Cart> {
    return (await this.ask('CartService/GetCart', {}))['cart'] as Cart;
  }

  async add(productId: string, quantity: number): Promise<void> {
    await this.ask('CartService/AddItem', { productId, quantity });
  }

  async setQuantity(productId: string, quantity: number): Promise<void> {
    await this.ask('CartService/SetItemQuantity', { productId, quantity });
  }

  /** Makes the cart contain exactly these lines, also if an attempt without an answer has changed it already. */
  async fillCart(lines: readonly Line[]): Promise<void> {
    const wanted = new Map(lines.map(({ productId, quantity }) => [productId, quantity]));
    await this.#retrying(async () => {
      const { items } = (await this.try('CartService/GetCart', {}))['cart'] as Cart;
      const there = new Map(items.map(({ productId, quantity }) => [productId, quantity]));
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

  startCheckout(options: CheckoutOptions = {}): Promise<Checkout> {
    const request = { requestId: randomUUID(), ...options };
    return this.#retrying(() => this.startCheckoutOnce(request));
  }

  /** Starts a checkout in a single attempt. @throws NoAnswer, Refused */
  async startCheckoutOnce({ requestId = randomUUID(), waitSeconds, signal }: CheckoutOptions): Promise<Checkout> {
    const request = { requestId, ...(waitSeconds === undefined ? {} : { wait: `${waitSeconds}s` }) };
    return (await this.try('CheckoutService/StartCheckout', request, signal))['checkout'] as Checkout;
  }

  async checkout(orderId: string): Promise<Checkout> {
    return (await this.ask('CheckoutService/GetCheckout', { orderId }))['checkout'] as Checkout;
  }

  /** @throws Refused ORDER_NOT_CANCELLABLE if it is too late */
  async cancelCheckout(orderId: string): Promise<Checkout> {
    return (await this.ask('CheckoutService/CancelCheckout', { orderId }))['checkout'] as Checkout;
  }

  async order(orderId: string): Promise<Order> {
    return (await this.ask('OrderService/GetOrder', { orderId }))['order'] as Order;
  }

  /** Waits until the order has ended, whatever its status then. @throws Error after a minute, or as `patience` says */
  orderEnd(orderId: string, patience?: Patience): Promise<Order> {
    const ended = ({ status }: Order) => status !== pending;
    return eventually(`the end of order ${orderId}`, () => this.order(orderId), ended, patience);
  }

  /** All orders of the user. */
  orders(): Promise<Order[]> {
    return this.#list<Order>('OrderService/ListOrders', 'orders');
  }

  /** Cancels an order. If its money is taken, that refunds it. */
  async cancelOrder(orderId: string): Promise<Order> {
    return (await this.ask('OrderService/CancelOrder', { orderId, requestId: randomUUID() }))['order'] as Order;
  }

  /** Calls until there is an answer, at most for `patienceMs`. @throws NoAnswer, Refused */
  ask(method: Method, request: Json): Promise<Json> {
    return this.#retrying(() => this.try(method, request));
  }

  /** Calls once. If the access token is refused, signs in again so that the next call works. @throws NoAnswer, Refused */
  async try(method: Method, request: Json, signal?: AbortSignal): Promise<Json> {
    try {
      return await this.#client.call(method, request, {
        token: this.#tokens?.accessToken,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (error instanceof NoAnswer && /401|Unauthenticated/.test(error.status)) await this.#signInOnce();
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

  /** Calls something that succeeds only once. Undefined if the reason `done` says that an earlier attempt succeeded. */
  async #once(method: Method, request: Json, done: string): Promise<Json | undefined> {
    try {
      return await this.ask(method, request);
    } catch (error) {
      if (error instanceof Refused && error.reason === done) return undefined;
      throw error;
    }
  }

  /** Changes one line of the cart. */
  async #change(method: Method, request: Json): Promise<void> {
    try {
      await this.try(method, request);
    } catch (error) {
      if (!(error instanceof Refused) || error.reason !== 'CART_ITEM_NOT_FOUND') throw error;
      // The previous order has just taken the line out of the cart. The caller must read the cart again.
      throw new NoAnswer(error.reason, error.message);
    }
  }

  async #signInOnce(): Promise<void> {
    this.#tokens = (await this.#client.call('AuthService/Login', this.#credentials))['tokens'] as Tokens;
  }

  get #credentials(): Json {
    return { email: this.email, password: this.password };
  }

  #retrying<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    return patiently(call, this.#persistence);
  }
}
