/** The orders of everybody, which support sees on the front page, in a real browser. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { barriers, describeInBrowser, failOrders, goTo, looks, lookFor, register, signIn } from './browser/browser.ts';

const { email: adminEmail, password: adminPassword } = adminCredentials();
const rows = (page: Page) => page.getByRole('list', { name: 'Found' }).getByRole('listitem');
const states = (page: Page) => rows(page).locator('.state').allInnerTexts();

describeInBrowser('the part for support', (open) => {
  test('lists the newest orders of everybody, page by page', async () => {
    const { page: customer } = await open('/');
    await register(customer);
    await failOrders(customer, 11);
    const { page } = await open('/');
    await signIn(page, adminEmail, adminPassword);
    await goTo(page, 'Support');
    await rows(page).nth(9).waitFor();
    expect(await rows(page).count()).toBe(10);
    await page.getByText('10 orders. There are more.').waitFor();
    await page.getByRole('button', { name: 'More orders' }).press('Enter');
    await rows(page).nth(10).waitFor();
    expect((await rows(page).count()) > 10).toBe(true);
  });

  test('tells of each order its buyer and its id, and leads to its explanation', async () => {
    const { page: customer } = await open('/');
    const email = await register(customer);
    await failOrders(customer, 1);
    const orderId = new URL(customer.url()).hash.replace('#/orders/', '');
    const { page, faults } = await open('/');
    await signIn(page, adminEmail, adminPassword);
    await goTo(page, 'Support');
    const row = rows(page).filter({ hasText: orderId.slice(0, 8) });
    await row.getByText(email).waitFor();
    expect(await row.locator('code').getAttribute('title')).toBe(orderId);
    expect(await row.innerText()).toMatch(/\d{4}, \d\d:\d\d:\d\d · [^]*FAILED\s+\d+\.\d\d USD/);
    await row.getByRole('link', { name: new RegExp(`^Explain: FAILED.*${email}$`) }).click();
    await page.getByRole('heading', { name: `Order ${orderId}` }).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/orders/${orderId}`);
    await page.getByText(`bought by ${email}`).waitFor();
    expect(await page.locator('#story-summary').innerText()).toContain('failed');
    await page.getByRole('link', { name: 'Orders of all customers' }).click();
    await row.waitFor();
    expect(faults).toEqual([]);
  });

  test('lists the orders in one state, of everybody or of one buyer, and the address keeps the question', async () => {
    const { page: customer } = await open('/');
    const email = await register(customer);
    await failOrders(customer, 2);
    const { page } = await open('/');
    await signIn(page, adminEmail, adminPassword);
    await lookFor(page, email);
    await rows(page).nth(1).waitFor();
    await page.getByLabel('State').selectOption('COMPLETED');
    await page.getByText('No orders.', { exact: true }).waitFor();
    await page.getByLabel('State').selectOption('FAILED');
    await rows(page).nth(1).waitFor();
    expect(await states(page)).toEqual(['FAILED', 'FAILED']);
    expect(new URL(page.url()).hash).toBe(`#/support?query=${encodeURIComponent(email)}&state=FAILED`);
    await page.reload();
    await rows(page).nth(1).waitFor();
    expect(await page.getByLabel('State').inputValue()).toBe('FAILED');
    await page.getByLabel('Order id, payment id or e-mail').fill('');
    await page.getByRole('button', { name: 'Find' }).click();
    await expect.poll(async () => (await states(page)).length, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(new Set(await states(page))).toEqual(new Set(['FAILED']));
  });

  test.each(looks)('%s, its list has no barriers', async (_, options) => {
    const { page: customer } = await open('/');
    await register(customer);
    await failOrders(customer, 1);
    const { page } = await open('/', options);
    await signIn(page, adminEmail, adminPassword);
    await goTo(page, 'Support');
    await rows(page).first().getByText('@').waitFor();
    expect(await barriers(page)).toEqual([]);
  });
});
