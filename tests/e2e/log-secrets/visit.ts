/** Everything that people and operators do with secrets in their hands, also in the wrong places. */
import { randomUUID } from 'node:crypto';
import { loadServiceKeys } from '../../../platform/auth/service-keys.ts';
import type { Tokens } from '../../../testkit/shopper/answers.ts';
import type { Buyer } from '../../../testkit/shopper/buyer.ts';
import { openShop, type Shop } from '../../../testkit/shopper/shop.ts';
import { secretsOf, type Secret } from '../../../testkit/secrets.ts';
import { adminCredentials, setting, stackAddresses } from '../../../testkit/stack/stack.ts';
import { cli } from '../drivers/cli.ts';
import { send, type Received, type Sent } from '../http.ts';

const tokensIn = ({ json, text }: Received): Tokens => {
  const { tokens } = json as { tokens?: Tokens };
  if (tokens === undefined) throw new Error(`no tokens: ${text}`);
  return tokens;
};

function expectIs({ is, text }: Received, wanted: string): void {
  if (is !== wanted && !is.startsWith(`${wanted} `)) throw new Error(`not ${wanted}, but ${is}: ${text}`);
}

/** Signs up, signs in, refreshes, changes the password, and sends each secret where it does not belong. */
async function account(): Promise<readonly Secret[]> {
  const person = { email: `log-${randomUUID()}@example.com`, password: `password-${randomUUID()}` };
  const changed = `changed-${randomUUID()}`;
  const { email, password } = person;
  const wrong = `wrong-${randomUUID()}`;
  const registered = tokensIn(await send('POST /api/v1/auth/register', { body: person }));
  const token = registered.accessToken;
  const sent: readonly [what: string, Sent, answer: string][] = [
    ['POST /api/v1/auth/register', { body: person }, '409 EMAIL_TAKEN'],
    ['POST /api/v1/auth/login', { body: { email, password: wrong } }, '401 INVALID_CREDENTIALS'],
    ['POST /api/v1/auth/login', { body: `{"email":"${email}","password":"${password}"` }, '400 MALFORMED_REQUEST'],
    ['POST /api/v1/auth/login', { body: { email: [email], password: { is: password } } }, '400 MALFORMED_REQUEST'],
    ['POST /api/v1/auth/login', { body: { email: `\u0000${email}`, password } }, '400 VALIDATION_FAILED'],
    [`GET /api/v1/auth/me?access_token=${token}&password=${password}`, {}, '400 MALFORMED_REQUEST'],
    [`GET /api/v1/products?query=${email}&token=${token}`, { token }, '400 MALFORMED_REQUEST'],
    [`GET /nowhere/${token}/${encodeURIComponent(email)}`, { headers: { referer: token } }, '404 ROUTE_NOT_FOUND'],
    ['GET /api/v1/auth/me', { headers: { authorization: `Basic ${token}` } }, '401 TOKEN_INVALID'],
    ['GET /api/v1/auth/me', { headers: { cookie: `token=${token}`, 'user-agent': token } }, '401 TOKEN_INVALID'],
    ['GET /api/v1/auth/me', { token: `${token}x` }, '401 TOKEN_INVALID'],
    ['POST /api/v1/auth/validate', { body: { accessToken: token } }, '200'],
  ];
  for (const [what, request, answer] of sent) expectIs(await send(what, request), answer);
  const refreshing = { body: { refreshToken: registered.refreshToken } };
  const next = tokensIn(await send('POST /api/v1/auth/refresh', refreshing));
  await send('POST /api/v1/auth/refresh', { body: { refreshToken: `${next.refreshToken}x` } });
  const change = { currentPassword: password, newPassword: changed };
  await send('POST /api/v1/auth/password', { token, body: change });
  await send('POST /ecommerce.sso.v1.AuthService/Login', { body: { email, password: changed, extra: changed } });
  const last = tokensIn(await send('POST /api/v1/auth/login', { body: { email, password: changed } }));
  await send('POST /api/v1/auth/logout', { body: { refreshToken: last.refreshToken }, token: last.accessToken });
  return [
    ...secretsOf({ ...person, tokens: [registered, next, last] }),
    { what: 'the changed password', value: changed },
    { what: 'a wrong password', value: wrong },
  ];
}

/** A service's token, used for what it is not meant for. */
async function serviceToken(): Promise<readonly Secret[]> {
  const keys = await loadServiceKeys(setting('SERVICE_KEYS_DIR'));
  const token = await keys
    .signer('cart')
    .sign({ audience: 'ecommerce.wallet.internal.v1.FundsService', scope: 'Hold' });
  await send('GET /api/v1/wallet', { token });
  await send('POST /ecommerce.wallet.internal.v1.FundsService/Hold', { token, body: { orderId: randomUUID() } });
  return [{ what: "the cart's service token", value: token }];
}

interface Purchases {
  readonly secrets: readonly Secret[];
  /** Orders that ended: given back, bought, refused. */
  readonly orderIds: readonly string[];
  /** A completed one that nobody has given back. */
  readonly completed: string;
}

/** A purchase that stays, one that is given back, one that lacks money and one that lacks goods. */
async function purchases(shop: Shop): Promise<Purchases> {
  const lamp = await shop.product(500, 100);
  const scarce = await shop.product(500, 1);
  const buy = async (buyer: Buyer, productId: string, quantity = 1) => {
    await buyer.add(productId, quantity);
    const purchase = buyer.wish();
    await buyer.checkOut(purchase);
    // The same key again.
    await buyer.checkOut(purchase);
    await buyer.endOf(purchase);
    return purchase;
  };
  const rich = await shop.buyer(100_000);
  const poor = await shop.buyer(1);
  const back = await buy(rich, lamp.productId);
  await rich.giveBack(back);
  await shop.adjust(scarce, 1);
  const kept = await buy(rich, lamp.productId);
  const all = [back, kept, await buy(rich, scarce.productId, 9), await buy(poor, lamp.productId)];
  const key = randomUUID();
  await rich.topUp(100, key);
  const reused = { amount: { currencyCode: 'USD', minorUnits: '999' } };
  const again = { token: rich.tokens.accessToken, body: reused, headers: { 'idempotency-key': key } };
  expectIs(await send('POST /api/v1/wallet/topup', again), '400 REQUEST_ID_REUSED');
  const keys = [key, ...all.map(({ requestId }) => requestId)];
  return {
    secrets: keys.map((value, at) => ({ what: `idempotency key ${at + 1}`, value })),
    orderIds: all.flatMap(({ orderId }) => orderId ?? []),
    completed: kept.orderId ?? '',
  };
}

interface Case {
  readonly buyer: Buyer;
  readonly orderId: string;
  /** Is refunded. */
  readonly completed: string;
}

/** What administrators do by the API and by the command line, with what they should not write into a reason. */
async function administration({ buyer, orderId, completed }: Case): Promise<readonly Secret[]> {
  const { email, password } = adminCredentials();
  const tokens = tokensIn(await send('POST /api/v1/auth/login', { body: { email, password } }));
  const { userId } = await buyer.me();
  const ask = (method: string, body: object) =>
    send(`POST /ecommerce.admin.v1.AdminService/${method}`, { token: tokens.accessToken, body });
  const key = randomUUID();
  // A reason has at most 400 characters, and an access token has about as many.
  const reason = `asked by ${buyer.email}, who sent ${tokens.refreshToken} and ${tokens.accessToken}`.slice(0, 400);
  const usd = (minorUnits: string) => ({ amount: { currencyCode: 'USD', minorUnits }, reason });
  const calls: readonly [method: string, request: object, answer: string][] = [
    ['FindUsers', { email: buyer.email }, '200'],
    ['FindUsers', { email: `nobody-${buyer.email}` }, '200'],
    ['GetUser', { userId }, '200'],
    ['ExplainOrder', { orderId }, '200'],
    ['CreditWallet', { userId, ...usd('5'), requestId: key }, '200'],
    ['DebitWallet', { userId, ...usd('99999999'), requestId: randomUUID() }, '400'],
    ['GrantRole', { userId, role: 'support', reason, requestId: randomUUID() }, '200'],
    ['RefundOrder', { orderId: completed, reason, requestId: randomUUID() }, '200'],
    ['ListAuditTrail', { userId }, '200'],
  ];
  for (const [method, request, answer] of calls) expectIs(await ask(method, request), answer);
  const commands: readonly [code: number, ...args: string[]][] = [
    [0, 'user', 'find', buyer.email],
    [0, 'user', 'revoke', buyer.email, 'support', '--reason', 'left'],
    [0, 'wallet', 'credit', userId, '1', '--reason', reason],
    [0, 'order', 'explain', orderId],
    [1, 'checkout', 'start', '--email', buyer.email, '--password', `not-${buyer.password}`, `--item=${randomUUID()}`],
  ];
  for (const [wanted, ...args] of commands) {
    const { code, output } = await cli(...args);
    if (code !== wanted) throw new Error(`cli ${args.join(' ')} exits with ${code}: ${output}`);
  }
  return [
    ...secretsOf({ email, password, tokens: [tokens] }),
    { what: "an administrator's idempotency key", value: key },
  ];
}

export interface Visit {
  readonly secrets: readonly Secret[];
  /** Ids of requests and orders. What was done is in the logs as soon as all of them are. */
  readonly marks: readonly string[];
}

/** Does all of this on the running stack. */
export async function visit(): Promise<Visit> {
  const shop = openShop(stackAddresses());
  try {
    const { secrets, orderIds, completed } = await purchases(shop);
    const [buyer] = shop.buyers;
    const [orderId] = orderIds;
    if (buyer === undefined || orderId === undefined) throw new Error('nobody bought anything');
    const found = [
      ...secrets,
      ...(await account()),
      ...(await serviceToken()),
      ...(await administration({ buyer, orderId, completed })),
      ...shop.buyers.flatMap(({ email, password, tokens }) => secretsOf({ email, password, tokens: [tokens] })),
    ];
    const requests = ['auth/me', 'products', 'cart', 'wallet', `orders/${orderId}`, `checkouts/${orderId}`].map(
      async (path) => {
        const id = `last-${randomUUID()}`;
        const { status } = await send(`GET /api/v1/${path}`, {
          token: buyer.tokens.accessToken,
          headers: { 'x-request-id': id },
        });
        if (status !== 200) throw new Error(`${path} answers ${status}`);
        return id;
      },
    );
    return { secrets: found, marks: [...orderIds, ...(await Promise.all(requests))] };
  } finally {
    shop.close();
  }
}
