import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { cli, cliJson, cliWith } from './drivers/cli.ts';
import { restDriver } from './drivers/rest.ts';
import { admin, customerWithOrder, fundedCustomer } from './shop.ts';

interface Status {
  readonly order: string;
  readonly saga: string;
  readonly started: string;
  readonly workflow: string;
}

test('an operator starts a checkout, follows it, and finds it in the list', async () => {
  const driver = restDriver();
  const product = await (await admin(driver)).createProduct({ priceMinor: 100, pieces: 10 });
  const customer = await fundedCustomer(driver, 1000);
  const who = ['--email', customer.email, '--password', customer.password];
  const started = await cliJson<{ orderId: string; state: string; workflow: string }>(
    'checkout',
    'start',
    ...who,
    '--wait',
    '8',
    `--item=${product.productId}:2`,
  );
  expect(started.state).toBe('CHECKOUT_STATE_SUCCEEDED');
  const page = new RegExp(
    `^http.*/namespaces/default/workflows/checkout-${started.orderId}/[0-9a-f-]{36}/user-metadata$`,
  );
  expect(started.workflow).toMatch(page);

  const status = await eventually(
    'the closed workflow',
    () => cliJson<Status>('checkout', 'status', started.orderId),
    ({ saga }) => saga === 'COMPLETED',
  );
  expect(status.order).toBe('ORDER_STATUS_COMPLETED');
  await eventually(
    'the checkout in the list',
    () => cliJson<{ orderId: string; status: string }[]>('checkout', 'list', '--limit', '200'),
    (list) => list.some(({ orderId, status: end }) => orderId === started.orderId && end === 'COMPLETED'),
  );
  const watched = await cli('checkout', 'watch', started.orderId);
  expect(watched.code).toBe(0);
  expect(watched.output).toMatch(/ step {3}\S.* done/);
  expect(watched.output).toMatch(/ order {2}COMPLETED\n$/);
  const order = await cliJson<{ status: string; items: { quantity: number }[] }>('order', 'show', started.orderId);
  expect(order).toMatchObject({ status: 'ORDER_STATUS_COMPLETED', items: [{ quantity: 2 }] });
});

test('the cancel of an ended order starts no workflow, and says that the order has ended and how to refund it', async () => {
  const { customer, orderId } = await customerWithOrder(restDriver());
  const closed = await eventually(
    'the closed workflow',
    () => cliJson<Status>('checkout', 'status', orderId),
    ({ saga }) => saga === 'COMPLETED',
  );
  const { code, output } = await cli('checkout', 'cancel', orderId);
  expect(code).toBe(1);
  expect(output).toContain('NOT_CANCELLABLE');
  expect(output).toContain('the order has ended');
  expect(output).toContain(`POST /api/v1/orders/${orderId}:cancel`);
  // The workflow's page still shows the run that bought.
  expect(await cliJson<Status>('checkout', 'status', orderId)).toEqual(closed);

  await customer.cancelOrder(orderId);
  const again = await cli('checkout', 'cancel', orderId);
  expect(again.code).toBe(0);
  expect(again.output).toContain('CANCELLED');
  expect(await cliJson<Status>('checkout', 'status', orderId)).toMatchObject({ started: closed.started });
});

test('an administrator puts money into a wallet and takes some out, and the audit trail tells both', async () => {
  const customer = await fundedCustomer(restDriver(), 1000);
  const { userId } = await customer.me();
  const credited = await cliJson('wallet', 'credit', userId, '2.50', '--reason', 'a late parcel');
  expect(credited).toMatchObject({ moved: '2.50 USD', balance: '12.50 USD' });
  const tooMuch = await cli('wallet', 'debit', userId, '99', '--reason', 'a mistake');
  expect(tooMuch.code).toBe(1);
  expect(tooMuch.output).toContain('INSUFFICIENT_FUNDS');
  await cliJson('wallet', 'debit', userId, '0.50', '--reason', 'it was 2.00');
  const trail = await cliJson<object[]>('audit-trail', '--user', userId);
  expect(trail).toMatchObject([
    { action: 'wallet.debit', amount: '0.50 USD', outcome: 'DONE', reason: 'it was 2.00' },
    { action: 'wallet.debit', amount: '99.00 USD', outcome: 'REFUSED', refusal: 'INSUFFICIENT_FUNDS' },
    { action: 'wallet.credit', amount: '2.50 USD', outcome: 'DONE', reason: 'a late parcel' },
  ]);
  // From where: a network, not an address; the machine, as of commands that write their entries themselves.
  expect(trail[0]).toMatchObject({
    ...{ byRole: 'admin', byName: '', clientNetwork: expect.stringMatching(/^(?:127\.0\.0\.0\/24|0:0:0::\/48)$/) },
    userAgent: expect.stringMatching(/^ecommerce-cli\/\d+\.\d+\.\d+ \(.+@.+\)$/),
  });
});

test('a user is found by email address, in any case', async () => {
  const { userId, email } = await (await fundedCustomer(restDriver(), 1000)).me();
  const found = await cliJson<object[]>('user', 'find', email.toUpperCase());
  expect(found).toMatchObject([{ user: userId, email, roles: 'customer' }]);
});

test('who looks for nobody, or for an order of somebody without one, gets exit code 3 and an empty array', async () => {
  const { email } = await (await fundedCustomer(restDriver(), 1000)).me();
  for (const [command, reason] of [
    [['user', 'find', `no-${email}`], 'USER_NOT_FOUND'],
    [['order', 'find', email], 'ORDER_NOT_FOUND'],
  ] as const) {
    const programs = await cli('--json', ...command);
    expect(programs).toEqual({ code: 3, output: expect.stringMatching(/^\[\]\n\{.*\}\n$/) });
    expect(programs.output).toContain(reason);
    const people = await cli(...command);
    expect(people).toEqual({
      code: 3,
      output: expect.stringMatching(new RegExp(`^\\S.*${email}.* \\(${reason}\\)\n$`)),
    });
  }
  for (const command of [
    ['order', 'list', '--user', randomUUID()],
    ['order', 'list', '--user', `no-${email}`],
    ['order', 'find', `no-${email}`],
  ])
    expect(await cli(...command)).toEqual({ code: 3, output: expect.stringContaining('USER_NOT_FOUND') });
  expect(await cli('wallet', 'show', randomUUID())).toEqual({
    code: 3,
    output: expect.stringContaining('USER_NOT_FOUND'),
  });
});

test('an administrator gives a user a role by email address and takes it by id, and the audit trail tells both', async () => {
  const { userId, email } = await (await fundedCustomer(restDriver(), 1000)).me();
  const granted = await cliJson('user', 'grant', email.toUpperCase(), 'support', '--reason', 'joins the team');
  expect(granted).toMatchObject({ userId, roles: 'customer, support' });
  const revoked = await cliJson('user', 'revoke', userId, 'Support', '--reason', 'left the team');
  expect(revoked).toMatchObject({ userId, roles: 'customer' });
  expect(await cliJson<object[]>('audit-trail', '--user', userId)).toMatchObject([
    { action: 'user.revoke-role', role: 'support', outcome: 'DONE', reason: 'left the team' },
    { action: 'user.grant-role', role: 'support', outcome: 'DONE', reason: 'joins the team' },
  ]);
  const nobody = await cli('user', 'grant', `no-${email}`, 'support', '--reason', 'a mistake');
  expect(nobody.code).toBe(3);
  expect(nobody.output).toContain('USER_NOT_FOUND');
});

test('wrong usage exits with 2, an unknown order with 3, each with one line and no stack trace', async () => {
  const malformed = await cli('checkout', 'status', 'not-a-uuid');
  expect(malformed.code).toBe(2);
  expect(malformed.output).toContain('must be a UUID');
  const unknown = await cli('order', 'show', randomUUID());
  expect(unknown.code).toBe(3);
  expect(unknown.output.trim().split('\n')).toHaveLength(1);
  expect(unknown.output).toContain('ORDER_NOT_FOUND');
});

test('with --json an error is one object on stderr', async () => {
  const unknown = await cli('--json', 'order', 'show', randomUUID());
  expect(JSON.parse(unknown.output)).toMatchObject({ error: { reason: 'ORDER_NOT_FOUND', part: 'order service' } });
  const malformed = await cli('--json', 'checkout', 'list', '--limit', 'many');
  expect(malformed.code).toBe(2);
  expect(JSON.parse(malformed.output)).toMatchObject({ error: { reason: 'USAGE' } });
});

test('a checkout with --item buys what the cart holds, too, and says so; the cart can be looked at and emptied', async () => {
  const driver = restDriver();
  const [first, second] = await Promise.all(
    [1, 2].map(async () => (await admin(driver)).createProduct({ priceMinor: 100, pieces: 200 })),
  );
  const customer = await fundedCustomer(driver, 1000);
  const who = ['--email', customer.email, '--password', customer.password];
  await customer.add(first?.productId ?? '', 2);
  const { items, total } = await cliJson<{ items: object[]; total: string }>('cart', 'show', ...who);
  expect(items).toMatchObject([{ productId: first?.productId, quantity: 2, unitPrice: '1.00 USD' }]);
  expect(total).toBe('2.00 USD');
  const start = ['checkout', 'start', ...who, '--wait', '8', `--item=${second?.productId}:1`];
  expect(await cliJson(...start)).toMatchObject({
    ...{ state: 'CHECKOUT_STATE_SUCCEEDED', total: '3.00 USD' },
    cartAlreadyHeld: expect.stringMatching(/^2 × /),
  });
  await customer.add(second?.productId ?? '', 100);
  const full = await cli('checkout', 'start', ...who, `--item=${second?.productId}:1`);
  expect(full).toMatchObject({ code: 1, output: expect.stringContaining('`cart clear` empties it') });
  expect((await cli('cart', 'clear', ...who)).output).toBe('the cart is empty\n');
  expect(await cliJson('cart', 'show', ...who)).toMatchObject({ items: [] });
});

test('a checkout that fails exits with 5, and is listed by its status in any case', async () => {
  const driver = restDriver();
  const product = await (await admin(driver)).createProduct({ priceMinor: 100, pieces: 10 });
  const poor = await fundedCustomer(driver, 10);
  const who = ['--email', poor.email, '--password', poor.password];
  const { code, output } = await cli(
    '--json',
    'checkout',
    'start',
    ...who,
    '--wait',
    '8',
    `--item=${product.productId}`,
  );
  expect(code).toBe(5);
  const { orderId } = JSON.parse(output) as { orderId: string };
  const watched = await cli('checkout', 'watch', orderId);
  expect(watched.code).toBe(5);
  expect(watched.output).toMatch(/ order {2}FAILED: INSUFFICIENT_FUNDS\n$/);
  await eventually(
    'the failed checkout in the list',
    () => cliJson<{ orderId: string }[]>('checkout', 'list', '--limit', '200', '--status', 'failed'),
    (list) => list.some((failed) => failed.orderId === orderId),
  );
  const table = await cli('checkout', 'list', '--status', 'failed');
  expect(table.output.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

test('the version is that of the package', async () => {
  expect((await cli('--version')).output).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('the doctor finds every part well, and names the one that does not answer', async () => {
  const found = await cliJson<{ part: string; state: string; message: string }[]>('doctor');
  expect(found.filter(({ state }) => state === 'fail')).toEqual([]);
  const worker = found.find(({ part }) => part === 'worker');
  expect(worker?.message).toMatch(/polls? the task queue checkout; the last poll was \d+ s ago$/);
  const parts = found.map(({ part }) => part);
  expect(parts).toEqual(expect.arrayContaining(['API', 'gRPC', 'Temporal', 'worker', 'Postgres (order)', 'Kafka']));
  const lost = await cliWith({ TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'doctor');
  expect(lost.code).toBe(4);
  expect(lost.output).toMatch(/^fail {2}Temporal at 127\.0\.0\.1:1: .*; to mend it: /m);
  expect(lost.output).toMatch(/^skip {2}worker at 127\.0\.0\.1:1: not checked: Temporal is away$/m);
  expect(lost.output).toMatch(/^ok {4}API at .*\n(?:.*\n)*ok {4}clock at /m);
});

test('the audit without Temporal tells what the databases say, and names the part that is missing', async () => {
  const lost = await cliWith({ TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'audit');
  expect(lost.code).toBe(4);
  expect(lost.output).toMatch(/^. ledger_entries_sum_to_zero {2}/m);
  expect(lost.output).toMatch(/ are broken.*; the workflows were not checked$/m);
  expect(lost.output).not.toContain('workflow_has_order');
  expect(lost.output).toMatch(/^Temporal at 127\.0\.0\.1:1 does not answer: .*`audit --no-workflows`/m);

  const programs = await cliWith({ TEMPORAL_ADDRESS: '127.0.0.1:1' }, '--json', 'audit');
  const [findings = '', failure = ''] = programs.output.split('\n');
  expect(programs.code).toBe(4);
  expect(JSON.parse(findings)).toContainEqual(
    expect.objectContaining({ id: 'ledger_entries_sum_to_zero', kind: 'violation' }),
  );
  expect(JSON.parse(failure)).toMatchObject({ error: { reason: 'TEMPORAL_UNAVAILABLE', part: 'Temporal' } });
});

test('without service keys an account is enough to see an order and its checkout, and the doctor finds no fault', async () => {
  const { orderId } = await customerWithOrder(restDriver());
  const keyless = { SERVICE_KEYS_DIR: '' };
  for (const command of [
    ['order', 'show', orderId],
    ['checkout', 'status', orderId],
  ]) {
    const { code, output } = await cliWith(keyless, ...command);
    expect(output).toMatch(/^(?:status|order) +COMPLETED$/m);
    expect(code).toBe(0);
  }
  const unknown = await cliWith(keyless, 'order', 'show', randomUUID());
  expect(unknown).toMatchObject({ code: 3, output: expect.stringContaining('ORDER_NOT_FOUND') });
  const found = await cliWith(keyless, 'doctor');
  expect(found.output).toMatch(/^skip {2}gRPC at /m);
  expect(found.code).toBe(0);
});

interface Explained {
  readonly orderId: string;
  readonly summary: string;
  readonly timeline: readonly { readonly kind: string; readonly fields?: Readonly<Record<string, string>> }[];
  readonly missing?: readonly object[];
}

test('an operator reads the story of a refunded order, by its id and by its payment', async () => {
  const { customer, orderId } = await customerWithOrder(restDriver(), 2);
  await customer.cancelOrder(orderId);
  const story = await eventually(
    'both events at the cart',
    () => cliJson<Explained>('order', 'explain', orderId),
    ({ timeline }) => timeline.filter(({ kind }) => kind === 'event.received').length === 2,
  );
  expect(story.summary).toContain('the 2.00 USD that were taken are back with the buyer; the goods are back in stock');
  expect(story.missing ?? []).toEqual([]);
  const kinds = story.timeline.map(({ kind }) => kind);
  const told = ['order.accepted', 'workflow.started', 'cart.claimed', 'stock.reserved', 'hold.made', 'funds.captured'];
  const undone = ['stock.sold', 'order.completed', 'funds.refunded', 'stock.restocked', 'order.cancelled'];
  expect(kinds).toEqual(expect.arrayContaining([...told, ...undone, 'event.written', 'event.published']));
  expect(kinds[0]).toBe('order.accepted');
  const paid = story.timeline.find(({ kind }) => kind === 'funds.captured')?.fields?.['transaction_id'] ?? '';
  expect(await cliJson<Explained>('order', 'explain', paid)).toMatchObject({ orderId, summary: story.summary });

  const tail = ['events', 'tail', '--from-beginning', '--order', orderId, '--limit', '2'];
  const events = await cli(...tail);
  expect(events.code).toBe(0);
  expect(events.output).toMatch(new RegExp(`^\\S+  OrderCompleted  ${orderId}\\n\\S+  OrderCancelled  ${orderId}\\n$`));
  const { code, output } = await cli('order', 'explain', orderId);
  expect(code).toBe(0);
  expect(output).toContain("2.00 USD were given back to the buyer's wallet");
  expect(output.split('\n').filter((line) => line.length > 100)).toEqual([]);
  expect((await cli('order', 'explain', randomUUID())).output).toContain('ORDER_NOT_FOUND');
});

test('the events end when nobody reads them any more', async () => {
  const buy = () => customerWithOrder(restDriver());
  await buy();
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', 'events', 'tail', '--from-beginning'];
  const child = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  // It learns of it when it prints the next one.
  await buy();
  expect(await ended).toEqual([0, null]);
});
