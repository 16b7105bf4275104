import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Shopper } from '../../testkit/shopper/shopper.ts';
import { cli, cliApart, cliJson } from './drivers/cli.ts';
import { restDriver } from './drivers/rest.ts';
import { admin, fundedCustomer } from './shop.ts';

interface Row {
  readonly orderId: string;
  readonly status: string;
  readonly buyer: string;
  readonly total: string;
  readonly reason: string;
}

async function buy(customer: Shopper, productId: string): Promise<string> {
  await customer.add(productId, 1);
  const { orderId } = await customer.startCheckout();
  await customer.orderEnd(orderId);
  return orderId;
}

/** A customer with 10.00 USD who has bought something for 1.00, and then could not pay for something of 20.00. */
async function customerWithOrders() {
  const driver = restDriver();
  const shopkeeper = await admin(driver);
  const cheap = await shopkeeper.createProduct({ priceMinor: 100, pieces: 10 });
  const dear = await shopkeeper.createProduct({ priceMinor: 2000, pieces: 10 });
  const customer = await fundedCustomer(driver, 1000);
  const { userId, email } = await customer.me();
  const paid = await buy(customer, cheap.productId);
  const failed = await buy(customer, dear.productId);
  return { customer, userId, email, paid, failed };
}

const idsOf = (rows: readonly Row[]) => rows.map(({ orderId }) => orderId);
const tooWide = (output: string) => output.split('\n').filter((line) => line.length > 100);

test('support refunds an order with a reason, and the order, the wallet and the audit trail tell it', async () => {
  const { customer, userId, email, paid, failed } = await customerWithOrders();
  const requestId = randomUUID();
  const refund = ['order', 'refund', paid, '--reason', 'it arrived broken', '--request-id', requestId];
  const refunded = await cliJson<{ entryId: string }>(...refund);
  expect(refunded).toMatchObject({ orderId: paid, status: 'ORDER_STATUS_CANCELLED', refunded: '1.00 USD', requestId });
  expect(await cliJson(...refund)).toEqual(refunded);
  expect((await customer.order(paid)).status).toBe('ORDER_STATUS_CANCELLED');
  const watched = await cli('checkout', 'watch', paid);
  expect(watched).toMatchObject({ code: 0, output: expect.stringMatching(/^ +step .* done/m) });
  expect(watched.output).toMatch(/^\S+ +order {2}CANCELLED: it was completed, and refunded since\n$/m);
  const told = await cli('order', 'explain', paid);
  expect(told.output).toContain('refunded by an administrator: it arrived broken');
  expect(await cliJson<object[]>('audit-trail', '--user', userId)).toMatchObject([
    { action: 'order.refund', order: paid, outcome: 'DONE', reason: 'it arrived broken' },
  ]);
  const { transactions } = (await customer.ask('WalletService/ListTransactions', { orderId: paid })) as {
    readonly transactions: readonly [{ readonly transactionId: string }];
  };
  const trail = (...filter: readonly string[]) => cliJson<object[]>('audit-trail', ...filter);
  const entry = { entryId: refunded.entryId, order: paid };
  expect(await trail('--order', paid)).toMatchObject([entry]);
  expect(await trail('--order', transactions[0].transactionId)).toMatchObject([entry]);
  expect(await trail('--user', email.toUpperCase(), '--action', 'Order.Refund')).toMatchObject([entry]);
  expect(await trail('--user', email, '--action', 'wallet.credit')).toEqual([]);
  expect(await trail('--order', paid, '--actor', process.env['ADMIN_EMAIL'] ?? '')).toMatchObject([entry]);
  expect(await trail('--order', paid, '--actor', userId)).toEqual([]);
  const table = await cli('audit-trail', '--order', `refund-${paid}`);
  expect(table.output).toMatch(new RegExp(`\\n {4}order: ${paid}\\n$`));
  expect(tooWide(table.output)).toEqual([]);
  expect(await trail('--order', failed)).toEqual([]);
  for (const nothing of [
    ['--order', randomUUID()],
    ['--user', randomUUID()],
    ['--user', `no-${email}`],
  ])
    expect(await cli('audit-trail', ...nothing)).toMatchObject({
      code: 3,
      output: expect.stringMatching(/_NOT_FOUND/),
    });

  const wallet = await cliJson<{ transactions: object[] }>('wallet', 'show', email.toUpperCase());
  expect(wallet).toMatchObject({ userId, balance: '10.00 USD', held: '0.00 USD', available: '10.00 USD' });
  expect(wallet.transactions).toMatchObject([
    { type: 'REFUND', amount: '1.00 USD', balance: '10.00 USD', orderId: paid },
    { type: 'CAPTURE', amount: '-1.00 USD', orderId: paid },
    { type: 'TOP_UP' },
  ]);
  const shown = await cli('wallet', 'show', userId);
  expect(tooWide(shown.output)).toEqual([]);

  const refused = await cli('order', 'refund', failed, '--reason', 'a mistake');
  expect(refused.code).toBe(1);
  expect(refused.output).toContain('ORDER_NOT_CANCELLABLE');
  const withoutReason = await cli('order', 'refund', paid);
  expect(withoutReason.code).toBe(2);
});

test('orders are found by email address, order and payment, and listed by every filter', async () => {
  const { customer, userId, email, paid, failed } = await customerWithOrders();
  expect(idsOf(await cliJson<Row[]>('order', 'find', email))).toEqual([failed, paid]);
  expect(await cliJson<Row[]>('order', 'find', paid)).toMatchObject([
    { orderId: paid, status: 'COMPLETED', buyer: userId, total: '1.00 USD', reason: '' },
  ]);
  const { transactions } = (await customer.ask('WalletService/ListTransactions', { orderId: paid })) as {
    readonly transactions: readonly [{ readonly transactionId: string }];
  };
  expect(idsOf(await cliJson<Row[]>('order', 'find', transactions[0].transactionId))).toEqual([paid]);
  expect(idsOf(await cliJson<Row[]>('order', 'find', userId))).toEqual([failed, paid]);
  expect(await cliJson('user', 'find', userId)).toMatchObject([{ user: userId, email }]);
  for (const told of [
    await cli('order', 'show', paid),
    await cli('order', 'explain', paid),
    await cli('wallet', 'show', userId),
  ])
    expect(told.output).toContain(email);
  expect((await cli('order', 'find', randomUUID())).code).toBe(3);
  expect(await cli('--json', 'order', 'find', randomUUID())).toEqual({
    code: 3,
    output: expect.stringMatching(/^\[\]\n\{.*ORDER_NOT_FOUND.*\}\n$/),
  });
  expect((await cli('order', 'find', `no-${email}`)).output).toContain('USER_NOT_FOUND');
  expect((await cli('order', 'find', 'nonsense')).output).toContain('must be an email address or a UUID');

  const list = (...options: readonly string[]) => cliJson<Row[]>('order', 'list', ...options);
  expect(await list('--user', email, '--status', 'failed')).toMatchObject([
    { orderId: failed, reason: 'INSUFFICIENT_FUNDS' },
  ]);
  expect(idsOf(await list('--user', userId, '--limit', '1'))).toEqual([failed]);
  expect(await list('--user', userId, '--since', '2100-01-01T00:00:00Z')).toEqual([]);
  expect(await list('--user', userId, '--until', '2020-01-01T00:00:00Z')).toEqual([]);
  expect(await list('--limit', '3')).toHaveLength(3);
  const table = await cli('order', 'list');
  expect(table.code).toBe(0);
  expect(tooWide(table.output)).toEqual([]);
  // What the table shows is what the next command takes, also as Temporal has it.
  const found = await cli('order', 'find', email);
  expect(found.output).toContain(`\n${paid} `);
  expect(tooWide(found.output)).toEqual([]);
  expect(idsOf(await cliJson<Row[]>('order', 'find', `checkout-${paid}`))).toEqual([paid]);
});

test('a list that is cut says how to see the rest, and its token leads there', async () => {
  const { email, userId, paid, failed } = await customerWithOrders();
  for (const command of [
    ['order', 'find', email],
    ['order', 'list', '--user', userId],
  ]) {
    const people = await cliApart(...command, '--limit', '1');
    expect(people.stdout).toContain(failed);
    const token = /--page-token (\S+)\n$/.exec(people.stderr)?.[1] ?? '';
    const programs = await cliApart('--json', ...command, '--limit', '1');
    expect(idsOf(JSON.parse(programs.stdout) as Row[])).toEqual([failed]);
    expect(JSON.parse(programs.stderr)).toMatchObject({ warning: { reason: 'MORE_ROWS', nextPageToken: token } });
    const rest = await cliApart('--json', ...command, '--page-token', token);
    expect(idsOf(JSON.parse(rest.stdout) as Row[])).toEqual([paid]);
    expect(rest.stderr).toBe('');
  }
  for (const list of [['products', 'list'], ['audit-trail'], ['checkout', 'list']])
    expect((await cliApart(...list, '--limit', '1')).stderr).toMatch(/^there is more than these 1: raise --limit/);
});

test('the story of a buyer is that of their newest order, with the names of the others', async () => {
  const { email, paid, failed } = await customerWithOrders();
  const story = await cliJson<{ orderId: string; otherOrders: Row[] }>('order', 'explain', email);
  expect(story.orderId).toBe(failed);
  expect(idsOf(story.otherOrders)).toEqual([paid]);
  const { output } = await cli('order', 'explain', email);
  expect(output).toContain(`order ${failed}`);
  expect(output).toMatch(new RegExp(`other orders of this buyer, newest first:\\n.*\\n${paid} .*COMPLETED`));
  expect(tooWide(output)).toEqual([]);
  const { email: nobody } = await (await fundedCustomer(restDriver(), 1)).me();
  expect(await cli('order', 'explain', nobody)).toMatchObject({ code: 3 });
});
