import { randomUUID } from 'node:crypto';
import type { Json } from '../drivers/driver.ts';
import { callConnect, nameOf, publicMethods } from '../drivers/wire.ts';
import { eventually } from '../shop.ts';

/** A customer with what their tokens and calls need. */
export interface Person {
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Calls an RPC that must succeed. */
export async function must(name: string, request: Json, token?: string): Promise<Json> {
  const method = publicMethods.find((each) => nameOf(each) === name);
  if (method === undefined) throw new Error(`there is no RPC ${name}`);
  const { reason, answer } = await callConnect(method, request, token);
  if (reason !== '') throw new Error(`${name}: ${reason}`);
  return answer;
}

const tokensOf = (answer: Json) => answer['tokens'] as { readonly accessToken: string; readonly refreshToken: string };

export async function person(): Promise<Person> {
  const email = `matrix-${randomUUID()}@example.com`;
  const password = `password-${randomUUID()}`;
  const answer = await must('AuthService/Register', { email, password });
  return { email, password, ...tokensOf(answer) };
}

async function signInAdmin(): Promise<string> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = process.env;
  return tokensOf(await must('AuthService/Login', { email, password })).accessToken;
}

let adminToken: string | undefined;

/** Signed in once: each sign-in costs a hash. */
export async function admin(): Promise<string> {
  adminToken ??= await signInAdmin();
  return adminToken;
}

export const usd = (minorUnits: number) => ({ currencyCode: 'USD', minorUnits: String(minorUnits) });

export const newProduct = (): Json => ({
  sku: `matrix-${randomUUID()}`,
  name: 'A thing to test with',
  category: 'tests',
  price: usd(100),
  availableQuantity: 10,
});

/** A product of the test's own. */
export async function product(): Promise<{ readonly productId: string; readonly sku: string }> {
  const answer = await must(
    'ProductService/CreateProduct',
    { product: newProduct(), requestId: randomUUID() },
    await admin(),
  );
  return answer['product'] as { productId: string; sku: string };
}

/** With a wallet of 10.00 USD. */
export async function rich(): Promise<Person> {
  const someone = await person();
  await must('WalletService/CreateWallet', {}, someone.accessToken);
  await must('WalletService/TopUp', { amount: usd(1000), requestId: randomUUID() }, someone.accessToken);
  return someone;
}

/** With a wallet, and one piece of a new product in the cart. */
export async function buyer(): Promise<Person & { readonly productId: string }> {
  const someone = await rich();
  const { productId } = await product();
  await must('CartService/AddItem', { productId, quantity: 1 }, someone.accessToken);
  return { ...someone, productId };
}

/** With an order that is COMPLETED. */
export async function owner(): Promise<Person & { readonly orderId: string; readonly productId: string }> {
  const someone = await buyer();
  const { accessToken } = someone;
  const started = await must('CheckoutService/StartCheckout', { requestId: randomUUID() }, accessToken);
  const { orderId } = started['checkout'] as { orderId: string };
  await eventually(
    'the end of a checkout',
    async () => (await must('OrderService/GetOrder', { orderId }, accessToken))['order'] as { status: string },
    ({ status }) => status === 'ORDER_STATUS_COMPLETED',
  );
  return { ...someone, orderId };
}

/** With an order that was refunded and is CANCELLED. */
export async function refunded(): Promise<Person & { readonly orderId: string }> {
  const someone = await owner();
  const { orderId, accessToken } = someone;
  await must('OrderService/CancelOrder', { orderId, requestId: randomUUID() }, accessToken);
  await eventually(
    'the end of a refund',
    async () => (await must('OrderService/GetOrder', { orderId }, accessToken))['order'] as { status: string },
    ({ status }) => status === 'ORDER_STATUS_CANCELLED',
  );
  return someone;
}
