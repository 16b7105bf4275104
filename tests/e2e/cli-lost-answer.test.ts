import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { cli, cliJson, cliWith } from './drivers/cli.ts';
import { losingAnswers } from './drivers/lost-answers.ts';
import { restDriver } from './drivers/rest.ts';
import { admin, fundedCustomer } from './shop.ts';

interface Failed {
  readonly error: { readonly reason: string; readonly requestId: string };
}
interface Entry {
  readonly action: string;
  readonly entryId: string;
  readonly requestId: string;
}

/** Runs a command whose answer is lost. @returns the request id that its error tells */
async function lose(method: string, ...args: readonly string[]): Promise<string> {
  let requestId = '';
  await losingAnswers([method], async (url) => {
    const { code, output } = await cliWith({ ECOMMERCE_API_URL: url }, '--json', ...args);
    expect({ code, output }).toMatchObject({ code: 4 });
    const { error } = JSON.parse(output) as Failed;
    expect(error).toMatchObject({
      reason: 'UPSTREAM_UNAVAILABLE',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    requestId = error.requestId;
  });
  return requestId;
}

test('money whose answer was lost moves once: the error and the audit trail tell the request id', async () => {
  const { userId } = await (await fundedCustomer(restDriver(), 1000)).me();
  const credit = ['wallet', 'credit', userId, '5', '--reason', 'a late parcel'];
  const requestId = await lose('CreditWallet', ...credit);
  const [entry] = await cliJson<Entry[]>('audit-trail', '--user', userId);
  expect(entry).toMatchObject({ action: 'wallet.credit', requestId });
  expect(await cliJson('wallet', 'show', userId)).toMatchObject({ balance: '15.00 USD' });
  expect(await cliJson(...credit, '--request-id', requestId)).toMatchObject({
    ...{ requestId, entryId: entry?.entryId, balance: '15.00 USD' },
  });
  expect(await cliJson<Entry[]>('audit-trail', '--user', userId)).toHaveLength(1);
});

test('the error tells a person how to repeat', async () => {
  const { userId } = await (await fundedCustomer(restDriver(), 1000)).me();
  await losingAnswers(['GrantRole'], async (url) => {
    const grant = ['user', 'grant', userId, 'support', '--reason', 'joins the team'];
    const { code, output } = await cliWith({ ECOMMERCE_API_URL: url }, ...grant);
    expect({ code, output }).toMatchObject({ code: 4 });
    const repeat = / does not answer: .*\nTo learn the outcome .* (--request-id) ([0-9a-f-]{36})\n$/.exec(output);
    expect(repeat).not.toBeNull();
    const again = await cliJson(...grant, ...(repeat?.slice(1) ?? []));
    expect(again).toMatchObject({ userId, roles: 'customer, support' });
  });
  expect(await cliJson<Entry[]>('audit-trail', '--user', userId)).toHaveLength(1);
});

test.each(['AddItem', 'StartCheckout'])('a checkout whose %s had no answer is repeated as it is', async (method) => {
  const driver = restDriver();
  const { productId } = await (await admin(driver)).createProduct({ priceMinor: 250, pieces: 10 });
  const customer = await fundedCustomer(driver, 1000);
  const account = ['--email', customer.email, '--password', customer.password];
  const start = ['checkout', 'start', ...account, '--item', `${productId}:2`, '--wait', '8'];
  const requestId = await lose(method, ...start);
  const first = await cliJson<{ orderId: string }>(...start, '--request-id', requestId);
  expect(first).toMatchObject({ state: 'CHECKOUT_STATE_SUCCEEDED', total: '5.00 USD' });
  expect(await cliJson(...start, '--request-id', requestId)).toMatchObject({ orderId: first.orderId });
  expect((await customer.cart()).items).toEqual([]);
  const refund = ['order', 'refund', first.orderId, '--reason', 'it arrived broken'];
  expect(await cliJson(...refund, '--request-id', await lose('RefundOrder', ...refund))).toMatchObject({
    refunded: '5.00 USD',
  });
  expect((await cli('order', 'explain', first.orderId)).code).toBe(0);
});

test('Ctrl-C while money moves tells the request id, and the command ends at once', async () => {
  const { userId } = await (await fundedCustomer(restDriver(), 1000)).me();
  const credit = ['wallet', 'credit', userId, '5', '--reason', 'a late parcel'];
  const asked = Promise.withResolvers<void>();
  await losingAnswers(
    ['CreditWallet'],
    async (url) => {
      const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', '--json', ...credit];
      const env = { ...process.env, ECOMMERCE_API_URL: url };
      const child = spawn(process.execPath, node, { env, stdio: ['ignore', 'ignore', 'pipe'] });
      await asked.promise;
      child.kill('SIGINT');
      // `npm run cli` passes it on.
      child.kill('SIGTERM');
      const [output, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      expect({ code, output }).toMatchObject({ code: 1 });
      const { error } = JSON.parse(output) as Failed;
      expect(error.reason).toBe('INTERRUPTED');
      const again = await cliJson(...credit, '--request-id', error.requestId);
      expect(again).toMatchObject({ balance: '15.00 USD' });
    },
    () => asked.resolve(),
  );
});
