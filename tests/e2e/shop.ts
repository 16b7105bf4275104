import { randomUUID } from 'node:crypto';
import type { Driver, Json } from './drivers/driver.ts';

/** The parts of the answers that the tests read, in proto3 JSON. */
export interface Money {
  readonly currencyCode: string;
  readonly minorUnits: string;
}
export interface Product {
  readonly productId: string;
  readonly name: string;
  readonly price: Money;
  readonly availableQuantity: number;
}
export interface Wallet {
  readonly balance: Money;
  readonly held: Money;
  readonly available: Money;
}
export interface CartItem {
  readonly productId: string;
  readonly quantity: number;
  readonly lineTotal: Money;
  readonly available: boolean;
}
export interface Cart {
  readonly items: readonly CartItem[];
  readonly total?: Money | null;
  readonly version: string;
}
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}
export interface Checkout {
  readonly orderId: string;
  readonly state: string;
  readonly failure?: Failure | null;
  readonly total: Money;
  readonly workflowId: string;
}
export interface Order {
  readonly orderId: string;
  readonly status: string;
  readonly items: readonly { productId: string; quantity: number; unitPrice: Money }[];
  readonly total: Money;
  readonly failure?: Failure | null;
}

/** Polls until `done`; fails with the last value after `timeoutMs`. The only way in which these tests wait. */
export async function eventually<T>(what: string, read: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not come: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A customer at one of the platform's doors; `driver` decides which. */
export class Customer {
  readonly email = `customer-${randomUUID()}@example.com`;
  readonly password = `password-${randomUUID()}`;
  readonly #driver: Driver;
  #token: string | undefined;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  async register(): Promise<void> {
    await this.#call('ecommerce.sso.v1.AuthService/Register', { email: this.email, password: this.password });
  }

  async login(email = this.email, password = this.password): Promise<void> {
    const answer = await this.#call('ecommerce.sso.v1.AuthService/Login', { email, password });
    this.#token = (answer['tokens'] as { accessToken: string }).accessToken;
  }

  me = async () =>
    (await this.#call('ecommerce.sso.v1.AuthService/GetMe', {}))['user'] as { email: string; roles: string[] };

  async openWallet(topUpMinor: number): Promise<void> {
    await this.#call('ecommerce.wallet.v1.WalletService/CreateWallet', { currencyCode: 'USD' });
    if (topUpMinor > 0) await this.topUp(topUpMinor, randomUUID());
  }

  topUp = (minor: number, requestId: string) =>
    this.#call('ecommerce.wallet.v1.WalletService/TopUp', {
      amount: { currencyCode: 'USD', minorUnits: String(minor) },
      requestId,
    });

  wallet = async () => (await this.#call('ecommerce.wallet.v1.WalletService/GetWallet', {}))['wallet'] as Wallet;

  transactions = async () =>
    (await this.#call('ecommerce.wallet.v1.WalletService/ListTransactions', {}))['transactions'] as Json[];

  products = async (request: Json = {}) =>
    (await this.#call('ecommerce.products.v1.ProductService/ListProducts', request))['products'] as Product[];

  product = async (productId: string) =>
    (await this.#call('ecommerce.products.v1.ProductService/GetProduct', { productId }))['product'] as Product;

  /** As an admin: a product of the test's own, so that other tests can't take its stock. */
  createProduct = async (priceMinor: number, availableQuantity: number) =>
    (
      await this.#call('ecommerce.products.v1.ProductService/CreateProduct', {
        product: {
          sku: `E2E-${randomUUID()}`,
          name: 'A thing to test with',
          category: 'tests',
          price: { currencyCode: 'USD', minorUnits: String(priceMinor) },
          availableQuantity,
        },
        requestId: randomUUID(),
      })
    )['product'] as Product;

  add = (productId: string, quantity: number) =>
    this.#call('ecommerce.cart.v1.CartService/AddItem', { productId, quantity });

  setQuantity = (productId: string, quantity: number) =>
    this.#call('ecommerce.cart.v1.CartService/SetItemQuantity', { productId, quantity });

  cart = async () => (await this.#call('ecommerce.cart.v1.CartService/GetCart', {}))['cart'] as Cart;

  checkout = async (requestId: string = randomUUID()) =>
    (await this.#call('ecommerce.checkout.v1.CheckoutService/StartCheckout', { requestId }))['checkout'] as Checkout;

  /** Its answer waits for the end, which on a busy machine may still not be there: RUNNING. */
  checkoutAndWait = async () =>
    (await this.#call('ecommerce.checkout.v1.CheckoutService/StartCheckout', { requestId: randomUUID(), wait: '8s' }))[
      'checkout'
    ] as Checkout;

  checkoutOf = async (orderId: string) =>
    (await this.#call('ecommerce.checkout.v1.CheckoutService/GetCheckout', { orderId }))['checkout'] as Checkout;

  order = async (orderId: string) =>
    (await this.#call('ecommerce.order.v1.OrderService/GetOrder', { orderId }))['order'] as Order;

  orders = async (request: Json = {}) =>
    (await this.#call('ecommerce.order.v1.OrderService/ListOrders', request))['orders'] as Order[];

  cancelOrder = async (orderId: string) =>
    (await this.#call('ecommerce.order.v1.OrderService/CancelOrder', { orderId, requestId: randomUUID() }))[
      'order'
    ] as Order;

  /** The order once it has ended, however it did. */
  orderEnd = (orderId: string) =>
    eventually(
      `the end of order ${orderId}`,
      () => this.order(orderId),
      (order) => order.status !== 'ORDER_STATUS_PENDING',
    );

  #call(method: Parameters<Driver['call']>[0], request: Json): Promise<Json> {
    return this.#driver.call(method, request, this.#token);
  }
}

/** A customer who has registered and signed in, with `fundsMinor` in the wallet. */
export async function fundedCustomer(driver: Driver, fundsMinor: number): Promise<Customer> {
  const customer = new Customer(driver);
  await customer.register();
  await customer.login();
  await customer.openWallet(fundsMinor);
  return customer;
}

/** The first admin, as the launcher makes it in development. */
export async function admin(driver: Driver): Promise<Customer> {
  const user = new Customer(driver);
  await user.login(process.env['ADMIN_EMAIL'], process.env['ADMIN_PASSWORD']);
  return user;
}
