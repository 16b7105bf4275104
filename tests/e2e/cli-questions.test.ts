import { expect, test } from 'vitest';
import { atTerminal } from '../../cli/testing/at-terminal.ts';
import { cliJson } from './drivers/cli.ts';
import { restDriver } from './drivers/rest.ts';
import { admin, fundedCustomer } from './shop.ts';

const linux = { skip: process.platform !== 'linux' };

test('at a terminal money moves only after a yes; --yes and a script are not asked', linux, async () => {
  const customer = await fundedCustomer(restDriver(), 1000);
  const { userId, email } = await customer.me();
  const debit = ['wallet', 'debit', userId, '2.50', '--reason', 'a mistake'];
  const refused = await atTerminal('n\n', debit);
  expect(refused.output).toContain(`Take 2.50 USD out of the wallet of ${email}? [y/N]`);
  expect(refused.output).toContain('NOT_CONFIRMED');
  expect(refused.code).toBe(1);
  expect(await cliJson<object[]>('audit-trail', '--user', userId)).toEqual([]);

  const confirmed = await atTerminal('y\n', debit);
  expect(confirmed.output).toMatch(/balance +7\.50 USD/);
  expect(confirmed.code).toBe(0);
  const sure = await atTerminal('', ['wallet', 'credit', userId, '1', '--reason', 'a late parcel', '--yes']);
  expect(sure.output).not.toContain('[y/N]');
  expect(sure.code).toBe(0);
  expect(await cliJson('wallet', 'credit', userId, '1', '--reason', 'a late parcel')).toMatchObject({
    balance: '9.50 USD',
  });
});

test('at a terminal a role is given and taken only after a yes', linux, async () => {
  const { userId, email } = await (await fundedCustomer(restDriver(), 1000)).me();
  const granted = await atTerminal('\n', ['user', 'grant', email, 'support', '--reason', 'joins the team']);
  expect(granted.output).toContain(`Give the role support to ${email}? [y/N]`);
  expect(granted.code).toBe(1);
  const revoked = await atTerminal('no\n', ['user', 'revoke', userId, 'support', '--reason', 'left the team']);
  expect(revoked.output).toContain(`Take the role support from ${email}, and end their sessions? [y/N]`);
  expect(revoked.code).toBe(1);
  expect(await cliJson<object[]>('audit-trail', '--user', userId)).toEqual([]);
});

test('at a terminal an order is refunded only after a yes', linux, async () => {
  const driver = restDriver();
  const { productId } = await (await admin(driver)).createProduct({ priceMinor: 250, pieces: 1 });
  const customer = await fundedCustomer(driver, 1000);
  await customer.add(productId, 1);
  const { orderId } = await customer.startCheckout();
  await customer.orderEnd(orderId);
  const { email } = await customer.me();
  const refund = ['order', 'refund', orderId, '--reason', 'it arrived broken'];
  const refused = await atTerminal('n\n', refund);
  expect(refused.output).toContain(`Refund order ${orderId}, 2.50 USD of ${email}? [y/N]`);
  expect(refused.code).toBe(1);
  expect((await customer.order(orderId)).status).toBe('ORDER_STATUS_COMPLETED');
  expect((await atTerminal('y\n', refund)).output).toMatch(/refunded +2\.50 USD/);
  expect((await customer.order(orderId)).status).toBe('ORDER_STATUS_CANCELLED');
});

test('without a dead event there is nothing to ask', linux, async () => {
  const { code, output } = await atTerminal('', ['events', 'dead', 'replay']);
  expect(output).not.toContain('[y/N]');
  expect(code).toBe(0);
});
