import { createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { randomUUID } from 'node:crypto';
import { CartService } from '../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService, type Checkout } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService, OrderStatus, type Order } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService, type Product } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService } from '../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService, type Wallet } from '../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';

const currencyCode = 'USD';
const password = 'demonstration-only';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** The platform as any client sees it: through its public API. */
export class Shop {
  readonly auth: Client<typeof AuthService>;
  readonly products: Client<typeof ProductService>;
  readonly wallet: Client<typeof WalletService>;
  readonly cart: Client<typeof CartService>;
  readonly checkout: Client<typeof CheckoutService>;
  readonly orders: Client<typeof OrderService>;

  constructor(baseUrl: string) {
    const transport = createConnectTransport({ baseUrl, httpVersion: '1.1', defaultTimeoutMs: 15_000 });
    this.auth = createClient(AuthService, transport);
    this.products = createClient(ProductService, transport);
    this.wallet = createClient(WalletService, transport);
    this.cart = createClient(CartService, transport);
    this.checkout = createClient(CheckoutService, transport);
    this.orders = createClient(OrderService, transport);
  }

  /** A product that costs at most `maxPriceMinor` and of which `pieces` can be bought. */
  async findProduct(maxPriceMinor: number, pieces: number): Promise<Product> {
    const { products } = await this.products.listProducts({
      inStock: true,
      orderBy: 'price desc',
      maxPrice: { currencyCode, minorUnits: BigInt(maxPriceMinor) },
    });
    const found = products.find((product) => product.availableQuantity >= pieces);
    if (found === undefined) throw new Error(`the catalog has nothing for up to ${maxPriceMinor} minor units`);
    return found;
  }

  /** A new product with `pieces` in stock, made by an administrator. */
  async createProduct(admin: Credentials, name: string, priceMinor: number, pieces: number): Promise<Product> {
    const { tokens } = await this.auth.login(admin);
    const headers = { authorization: `Bearer ${tokens?.accessToken ?? ''}` };
    const product = {
      sku: `DEMO-${randomUUID()}`,
      name,
      category: 'demo',
      price: { currencyCode, minorUnits: BigInt(priceMinor) },
      availableQuantity: pieces,
    };
    const answer = await this.products.createProduct({ product, requestId: randomUUID() }, { headers });
    return present(answer.product, 'product');
  }

  /** A new customer, signed in, with a wallet of `fundsMinor`. */
  async newCustomer(name: string, fundsMinor: number): Promise<Customer> {
    const email = `${name}-${randomUUID().slice(0, 8)}@example.com`;
    const { tokens } = await this.auth.register({ email, password });
    const customer = new Customer(this, email, tokens?.accessToken ?? '');
    await this.wallet.createWallet({ currencyCode }, customer.asUser);
    if (fundsMinor > 0) {
      const amount = { currencyCode, minorUnits: BigInt(fundsMinor) };
      await this.wallet.topUp({ amount, requestId: randomUUID() }, customer.asUser);
    }
    return customer;
  }
}

export class Customer {
  readonly email: string;
  readonly asUser: { readonly headers: { readonly authorization: string } };
  readonly #shop: Shop;

  constructor(shop: Shop, email: string, accessToken: string) {
    this.#shop = shop;
    this.email = email;
    this.asUser = { headers: { authorization: `Bearer ${accessToken}` } };
  }

  async fillCart(product: Product, quantity: number): Promise<void> {
    await this.#shop.cart.addItem({ productId: product.productId, quantity }, this.asUser);
  }

  async startCheckout(): Promise<Checkout> {
    const { checkout } = await this.#shop.checkout.startCheckout({ requestId: randomUUID() }, this.asUser);
    return present(checkout, 'checkout');
  }

  async wallet(): Promise<Wallet> {
    return present((await this.#shop.wallet.getWallet({}, this.asUser)).wallet, 'wallet');
  }

  async cartLines(): Promise<number> {
    return (await this.#shop.cart.getCart({}, this.asUser)).cart?.items.length ?? 0;
  }

  async order(orderId: string): Promise<Order> {
    return present((await this.#shop.orders.getOrder({ orderId }, this.asUser)).order, 'order');
  }

  /** The order once it has ended, however it did. */
  orderEnd(orderId: string): Promise<Order> {
    const ended = (order: Order) => order.status !== OrderStatus.PENDING;
    return eventually(`the end of order ${orderId}`, () => this.order(orderId), ended);
  }
}

/** @throws if the answer lacks what the contract promises. */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the answer has no ${what}`);
  return value;
}

const patienceMs = 90_000;
const pauseMs = 20;

/** Reads until `done`, at most 90 s. */
export async function eventually<T>(what: string, read: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${patienceMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
