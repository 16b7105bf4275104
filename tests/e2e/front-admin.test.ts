/** What the front page has for support and administrators, in a real browser. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { send } from './http.ts';
import {
  addCheap,
  barriers,
  checkOut,
  describeInBrowser,
  lookFor,
  looks,
  register,
  signIn,
  topUp,
  type Open,
} from './browser/browser.ts';

const { email: adminEmail, password: adminPassword } = adminCredentials();
const timeline = (page: Page) => page.getByRole('list', { name: 'What the parts did' });

interface Bought {
  readonly email: string;
  readonly orderId: string;
}

/** A customer buys. */
async function buy(open: Open): Promise<Bought> {
  const { page } = await open('/');
  const email = await register(page);
  await topUp(page);
  await addCheap(page);
  await checkOut(page, 'COMPLETED');
  expect(await page.getByRole('link', { name: 'Support' }).isVisible()).toBe(false);
  const orderId = (await page.locator('#order-title').innerText()).replace('Order ', '');
  await page.context().close();
  return { email, orderId };
}

const password = 'correct horse battery staple';

/** Signs somebody in without a browser. */
async function enter(how: 'login' | 'register', email: string, secret: string): Promise<{ id: string; token: string }> {
  const { json } = await send(`POST /api/v1/auth/${how}`, { body: { email, password: secret } });
  const { user, tokens } = json as { user: { userId: string }; tokens: { accessToken: string } };
  return { id: user.userId, token: tokens.accessToken };
}

/** A member of support, who is no administrator. @returns the e-mail address */
async function hireSupport(): Promise<string> {
  const email = `support-${randomUUID()}@example.com`;
  const { id } = await enter('register', email, password);
  const { token } = await enter('login', adminEmail, adminPassword);
  const body = { role: 'support', reason: 'joins the team', requestId: randomUUID() };
  expect((await send(`POST /api/v1/admin/users/${id}:grantRole`, { token, body })).status).toBe(200);
  return email;
}

describeInBrowser('the part for support', (open) => {
  test('finds an order by its id, explains it, and leads to its workflow', async () => {
    const { orderId } = await buy(open);
    const { page, faults } = await open('/');
    await signIn(page, adminEmail, adminPassword);
    // As Temporal and the logs name it.
    await lookFor(page, `checkout-${orderId}`);
    await page.getByRole('heading', { name: `Order ${orderId}` }).waitFor();
    await timeline(page).getByText('the cart has taken in OrderCompleted').waitFor({ timeout: 30_000 });
    expect(await page.locator('#story-summary').innerText()).toContain('the buyer has paid');
    const link = await timeline(page).getByRole('link').first().getAttribute('href');
    expect(link).toContain(`/workflows/checkout-${orderId}/`);
    // Screenshot of the README: FRONT_ADMIN_SCREENSHOT=docs/images/front-admin.png npm test -- tests/e2e/front-admin
    const path = process.env['FRONT_ADMIN_SCREENSHOT'];
    if (path !== undefined) await page.locator('[data-view="order"]').screenshot({ path });
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.locator('#order-story').isVisible()).toBe(false);
    expect(faults).toEqual([]);
  });

  test('refunds an order of a customer who is found by e-mail, with a reason that the order keeps', async () => {
    const { email, orderId } = await buy(open);
    const { page, faults } = await open('/');
    await signIn(page, await hireSupport(), password);
    await lookFor(page, email.toUpperCase());
    const found = page.getByRole('list', { name: 'Found' });
    await found.getByRole('link', { name: /^Explain: COMPLETED/ }).click();
    await page.getByRole('heading', { name: `Order ${orderId}` }).waitFor();
    await timeline(page).getByText('the cart has taken in OrderCompleted').waitFor({ timeout: 30_000 });
    const refund = page.getByRole('button', { name: 'Refund' });
    // Without a reason the browser does not send the form.
    await refund.click();
    const questions: string[] = [];
    page.on('dialog', (dialog) => {
      questions.push(dialog.message());
      void (questions.length === 1 ? dialog.dismiss() : dialog.accept());
    });
    await page.getByLabel('Reason of the refund').fill('arrived broken');
    await refund.click();
    await expect.poll(() => questions, { timeout: 10_000 }).toHaveLength(1);
    expect(questions[0]).toMatch(new RegExp(`^Give \\d+\\.\\d\\d USD back to ${email}, and put`));
    await refund.click();
    await timeline(page)
      .getByText(/order: the order was refunded by support: arrived broken/)
      .waitFor({ timeout: 30_000 });
    expect(await page.locator('#story-summary').innerText()).toContain('are back with the buyer');
    expect(await refund.isVisible()).toBe(false);
    // Two workflows tell the story now.
    expect(await timeline(page).getByRole('link').count()).toBe(2);
    await page.goBack();
    await found.getByText('CANCELLED').waitFor();
    expect(faults).toEqual([]);
  });

  test('finds an order by the id of its payment', async () => {
    const { email, orderId } = await buy(open);
    const { token } = await enter('login', email, password);
    const { json } = await send('GET /api/v1/wallet/transactions', { token });
    const paid = (json['transactions'] as { transactionId: string; orderId?: string }[]).find(
      (transaction) => transaction.orderId === orderId,
    );
    const { page } = await open('/');
    await signIn(page, adminEmail, adminPassword);
    await lookFor(page, paid?.transactionId ?? '');
    await page.getByRole('heading', { name: `Order ${orderId}` }).waitFor();
    expect(page.url()).toContain(`#/orders/${orderId}`);
    expect(await page.locator('#story-summary').innerText()).toContain('the buyer has paid');
  });

  test('tells that an id or an e-mail address belongs to nobody', async () => {
    const { page, faults } = await open('/');
    await signIn(page, adminEmail, adminPassword);
    await lookFor(page, randomUUID());
    await page.getByRole('alert').getByText('ORDER_NOT_FOUND').waitFor();
    await lookFor(page, `nobody-${randomUUID()}@example.com`);
    await page.getByText('Nobody has this e-mail address.').waitFor();
    expect(await page.getByRole('alert').innerText()).toBe('');
    expect(faults).toEqual([]);
  });

  test.each(looks)('%s, it has no barriers', async (_, options) => {
    const { orderId } = await buy(open);
    const { page } = await open('/', options);
    await signIn(page, adminEmail, adminPassword);
    await lookFor(page, orderId);
    await timeline(page).getByText('OrderCompleted').first().waitFor({ timeout: 30_000 });
    expect(await barriers(page)).toEqual([]);
  });
});
