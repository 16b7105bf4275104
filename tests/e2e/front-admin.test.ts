/** What the front page has for support and administrators, in a real browser. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import {
  addCheap,
  barriers,
  checkOut,
  describeInBrowser,
  looks,
  register,
  signIn,
  topUp,
  type Open,
} from './browser/browser.ts';

const { email: adminEmail, password: adminPassword } = adminCredentials();
const timeline = (page: Page) => page.getByRole('list', { name: 'Timeline' });

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
  expect(await page.locator('#admin').isVisible()).toBe(false);
  const orderId = (await page.locator('#order-title').innerText()).replace('Order ', '');
  await page.context().close();
  return { email, orderId };
}

async function lookFor(page: Page, query: string): Promise<void> {
  await page.getByLabel('Order id, payment id or e-mail').fill(query);
  await page.getByRole('button', { name: 'Find' }).click();
}

describeInBrowser('the part for support', (open) => {
  test('finds an order by its id, explains it, and leads to its workflow', async () => {
    const { orderId } = await buy(open);
    const { page, faults } = await open('/');
    await signIn(page, adminEmail, adminPassword);
    await lookFor(page, orderId);
    await page.getByRole('heading', { name: `Order ${orderId}` }).waitFor();
    await timeline(page).getByText('the cart has taken in OrderCompleted').waitFor({ timeout: 30_000 });
    expect(await page.locator('#explained-summary').innerText()).toContain('the buyer has paid');
    const link = await timeline(page).getByRole('link').first().getAttribute('href');
    expect(link).toContain(`/workflows/checkout-${orderId}/`);
    // Screenshot of the README: FRONT_ADMIN_SCREENSHOT=docs/images/front-admin.png npm test -- tests/e2e/front-admin
    const path = process.env['FRONT_ADMIN_SCREENSHOT'];
    if (path !== undefined) await page.locator('#admin').screenshot({ path });
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.locator('#admin').isVisible()).toBe(false);
    expect(faults).toEqual([]);
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
