import { randomUUID } from 'node:crypto';
import { eventually } from '../../../platform/testing/eventually.ts';
import type { OrderStatus } from '../../../testkit/shopper/answers.ts';
import type { ApiClient } from '../../../testkit/shopper/api-client.ts';
import { Shopper } from '../../../testkit/shopper/shopper.ts';
import { adminCredentials } from '../../../testkit/stack/stack.ts';
import type { Json } from '../drivers/driver.ts';
import { callConnect, nameOf, publicMethods } from '../drivers/wire.ts';

/** A registered customer with credentials and tokens. */
export interface Person {
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Calls an RPC over Connect. @throws Error if it does not succeed */
export async function must(name: string, request: Json, token?: string): Promise<Json> {
  const method = publicMethods.find((each) => nameOf(each) === name);
  if (method === undefined) throw new Error(`the public contract has no RPC ${name}`);
  const { reason, answer } = await callConnect(method, request, token);
  if (reason !== '') throw new Error(`${name}: ${reason}`);
  return answer;
}

const client: ApiClient = {
  close: () => undefined,
  call: (name, request, { token } = {}) => must(name, request, token),
};

const newcomer = () => new Shopper({ client });
const personOf = ({ email, password, tokens }: Shopper): Person => ({ email, password, ...tokens });

export async function person(): Promise<Person> {
  const shopper = newcomer();
  await shopper.register();
  return personOf(shopper);
}

let adminToken: string | undefined;

/** The admin's access token. The admin signs in once, because each sign-in costs a password hash. */
export async function admin(): Promise<string> {
  if (adminToken === undefined) {
    const shopkeeper = new Shopper({ client, credentials: adminCredentials() });
    await shopkeeper.signIn();
    adminToken = shopkeeper.tokens.accessToken;
  }
  return adminToken;
}

let supportToken: string | undefined;

/** The access token of a member of support, who is no administrator. */
export async function support(): Promise<string> {
  if (supportToken === undefined) {
    const helper = newcomer();
    await helper.register();
    const { userId } = await helper.me();
    const grant = { userId, role: 'support', reason: 'joins the support team', requestId: randomUUID() };
    await must('AdminService/GrantRole', grant, await admin());
    // The role counts from the next access token on.
    await helper.signIn();
    supportToken = helper.tokens.accessToken;
  }
  return supportToken;
}

export const usd = (minorUnits: number) => ({ currencyCode: 'USD', minorUnits: String(minorUnits) });

export const newProduct = (): Json => ({
  sku: `matrix-${randomUUID()}`,
  name: 'A thing to test with',
  category: 'tests',
  price: usd(100),
  availableQuantity: 10,
});

/** Creates a product. */
export async function product(): Promise<{ readonly productId: string; readonly sku: string }> {
  const answer = await must(
    'ProductService/CreateProduct',
    { product: newProduct(), requestId: randomUUID() },
    await admin(),
  );
  return answer['product'] as { productId: string; sku: string };
}

/** A customer with 10.00 USD in the wallet. */
export async function rich(): Promise<Person> {
  return personOf(await newcomer().arrive(1000));
}

async function withFullCart() {
  const shopper = await newcomer().arrive(1000);
  const { productId } = await product();
  await shopper.add(productId, 1);
  return { shopper, productId };
}

/** A customer with 10.00 USD in the wallet and one piece of a new product in the cart. */
export async function buyer(): Promise<Person & { readonly productId: string }> {
  const { shopper, productId } = await withFullCart();
  return { ...personOf(shopper), productId };
}

async function withOrder() {
  const { shopper, productId } = await withFullCart();
  const { orderId } = await shopper.startCheckout();
  await hasCome(shopper, orderId, 'ORDER_STATUS_COMPLETED');
  return { shopper, productId, orderId };
}

const hasCome = (shopper: Shopper, orderId: string, end: OrderStatus) =>
  eventually(
    `${end} of order ${orderId}`,
    () => shopper.order(orderId),
    ({ status }) => status === end,
  );

/** A customer with a COMPLETED order. */
export async function owner(): Promise<Person & { readonly orderId: string; readonly productId: string }> {
  const { shopper, ...ids } = await withOrder();
  return { ...personOf(shopper), ...ids };
}

/** A customer with an order that has FAILED, because they cannot pay it. */
export async function poor(): Promise<Person & { readonly orderId: string }> {
  const shopper = await newcomer().arrive(10);
  const { productId } = await product();
  await shopper.add(productId, 1);
  const { orderId } = await shopper.startCheckout();
  await hasCome(shopper, orderId, 'ORDER_STATUS_FAILED');
  return { ...personOf(shopper), orderId };
}

/** A customer with an order that was refunded and is CANCELLED. */
export async function refunded(): Promise<Person & { readonly orderId: string }> {
  const { shopper, orderId } = await withOrder();
  await shopper.cancelOrder(orderId);
  await hasCome(shopper, orderId, 'ORDER_STATUS_CANCELLED');
  return { ...personOf(shopper), orderId };
}
