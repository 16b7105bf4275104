import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const tokens = z.object({ tokens: z.object({ accessToken: z.string() }) });
const listed = z.object({ products: z.array(z.object({ productId: z.string() })).min(1) });
const checkedOut = z.object({ checkout: z.object({ orderId: z.string(), state: z.string() }) });
const wallet = z.object({ wallet: z.object({ balance: z.object({ minorUnits: z.string() }) }) });

/**
 * A new customer pays for a seeded product.
 * @returns the order's id, how its checkout ended, and the money it took
 */
export async function buySomething(api: string) {
  let token = '';
  const call = async <T>(shape: z.ZodType<T>, path: string, body?: object): Promise<T> => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (token !== '') headers['authorization'] = `Bearer ${token}`;
    const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${api}/api/v1/${path}`, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return shape.parse(JSON.parse(text));
  };
  const account = { email: `${randomUUID()}@example.com`, password: randomUUID() };
  token = (await call(tokens, 'auth/register', account)).tokens.accessToken;
  await call(z.unknown(), 'wallet', { currencyCode: 'USD' });
  const amount = { currencyCode: 'USD', minorUnits: '100000' };
  const before = await call(wallet, 'wallet/topup', { amount, requestId: randomUUID() });
  const { products } = await call(listed, 'products?page_size=1&in_stock=true');
  await call(z.unknown(), 'cart/items', { productId: products[0]?.productId, quantity: 1 });
  let { checkout } = await call(checkedOut, 'cart/checkout', { requestId: randomUUID() });
  for (let tries = 0; tries < 600 && /RUNNING|UNSPECIFIED|PENDING/.test(checkout.state); tries++) {
    await delay(100);
    ({ checkout } = await call(checkedOut, `checkouts/${checkout.orderId}`));
  }
  const after = await call(wallet, 'wallet');
  const paid = BigInt(before.wallet.balance.minorUnits) - BigInt(after.wallet.balance.minorUnits);
  return { ...checkout, paid };
}
