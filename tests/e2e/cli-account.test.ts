/** The command line of somebody who has nothing but the address of the API and an account. */
import { expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { cli, cliWith } from './drivers/cli.ts';
import { restDriver } from './drivers/rest.ts';
import { customerWithOrder, fundedCustomer } from './shop.ts';

const onlyApi = { SERVICE_KEYS_DIR: '', TEMPORAL_ADDRESS: '127.0.0.1:1', ADMIN_EMAIL: '', ADMIN_PASSWORD: '' };
const signedIn = ({ email, password }: { readonly email: string; readonly password: string }) => [
  ...['--email', email, '--password', password],
];

/** The steps that a watch has told, without how long each took. */
const stepsOf = (output: string) =>
  [...output.matchAll(/ step {3}(.*?) done/g)]
    .map(([, name]) => name)
    .toSorted((one = '', other = '') => (one < other ? -1 : 1));

test('a buyer and an administrator watch the same checkout that an operator watches with the service key', async () => {
  const { customer, orderId } = await customerWithOrder(restDriver());
  const byKey = stepsOf((await cli('checkout', 'watch', orderId)).output);
  expect(byKey.length).toBeGreaterThan(4);
  for (const account of [customer, adminCredentials()]) {
    const { code, output } = await cliWith(onlyApi, 'checkout', 'watch', orderId, ...signedIn(account));
    expect(output).toMatch(/ order {2}COMPLETED\n$/);
    expect(stepsOf(output)).toEqual(byKey);
    expect(code).toBe(0);
    const shown = await cliWith(onlyApi, 'order', 'show', orderId, ...signedIn(account));
    expect(shown).toMatchObject({ code: 0, output: expect.stringContaining('COMPLETED') });
  }
});

test('a buyer who cancels is told that the order has ended, and how to refund it; a cancelled one is cancelled', async () => {
  const { customer, orderId } = await customerWithOrder(restDriver());
  const cancel = () => cliWith(onlyApi, 'checkout', 'cancel', orderId, ...signedIn(customer));
  expect(await cancel()).toMatchObject({ code: 1, output: expect.stringContaining('the order has ended') });
  await customer.cancelOrder(orderId);
  expect(await cancel()).toMatchObject({ code: 0, output: expect.stringContaining('CANCELLED') });
  const watched = await cliWith(onlyApi, 'checkout', 'watch', orderId, ...signedIn(customer));
  expect(watched).toMatchObject({ code: 0, output: expect.stringContaining('refunded since') });
});

test('the checkout of somebody else is not found', async () => {
  const { orderId } = await customerWithOrder(restDriver());
  const stranger = await fundedCustomer(restDriver(), 1);
  for (const verb of ['watch', 'cancel'])
    expect(await cliWith(onlyApi, 'checkout', verb, orderId, ...signedIn(stranger))).toMatchObject({
      ...{ code: 3, output: expect.stringContaining('ORDER_NOT_FOUND') },
    });
  const nobody = await cliWith(onlyApi, 'checkout', 'watch', orderId);
  expect(nobody).toMatchObject({ code: 2, output: expect.stringContaining('give --email and --password') });
});
