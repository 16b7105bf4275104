/** "My orders" of the front page in a real browser. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  addCheap,
  barriers,
  checkOut,
  describeInBrowser,
  failOrders,
  goTo,
  looks,
  register,
  signIn,
  topUp,
} from './browser/browser.ts';

const rows = (page: Page) => page.locator('#orders li');
const stateOf = (page: Page) => page.locator('#order-state');

describeInBrowser('my orders', (open) => {
  test('a buyer lists the orders page by page, opens one, and sees its lines', async () => {
    const { page, faults } = await open('/');
    const email = await register(page);
    await goTo(page, 'Orders');
    await page.getByText('No orders yet.').waitFor();
    await failOrders(page, 11);
    // Orders that are made while the page is open come first, and the list grows.
    await goTo(page, 'Orders');
    await rows(page).nth(10).waitFor();
    expect(await rows(page).first().innerText()).toMatch(/USB-C Hub.*\d{4}.*FAILED\s+\d+\.\d\d USD/s);
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.locator('#order').isVisible()).toBe(false);
    await signIn(page, email, 'correct horse battery staple');
    await goTo(page, 'Orders');
    await rows(page).nth(9).waitFor();
    expect(await rows(page).count()).toBe(10);
    const more = page.getByRole('button', { name: 'More orders' });
    await more.press('Enter');
    await rows(page).nth(10).waitFor();
    expect(await more.isVisible()).toBe(false);
    // The button is gone, so the focus is on what has come.
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/^Open: FAILED/);
    // Each link tells its order by amount and time to those who only hear it.
    const link = rows(page)
      .last()
      .getByRole('link', { name: /^Open: FAILED, [\d.]+ USD, .*\d:\d\d:\d\d$/ });
    await link.click();
    await stateOf(page).getByText('INSUFFICIENT_FUNDS').waitFor();
    expect(await page.getByRole('list', { name: 'Lines' }).innerText()).toMatch(/1 × USB-C Hub.*\d USD\s+Total/s);
    // A failed order has nothing to cancel.
    expect(await page.locator('#cancel-order').isVisible()).toBe(false);
    expect(faults).toEqual([]);
  });

  test('a buyer cancels a completed order and has the money back', async () => {
    const { page, faults } = await open('/');
    await register(page);
    await topUp(page);
    await addCheap(page);
    await checkOut(page, 'COMPLETED');
    const cancel = page.getByRole('button', { name: 'Cancel the order and refund it' });
    page.once('dialog', (dialog) => void dialog.dismiss());
    await cancel.click();
    expect(await stateOf(page).innerText()).toContain('COMPLETED');
    page.once('dialog', (dialog) => void dialog.accept());
    await cancel.click();
    await stateOf(page).getByText('CANCELLED').waitFor({ timeout: 30_000 });
    await page.locator('#balance', { hasText: '100.00 USD' }).waitFor();
    expect(await page.getByRole('list', { name: 'History' }).innerText()).toMatch(
      /PENDING: [^]*COMPLETED: [^]*CANCELLED: .*\(cancelled by the buyer\)/,
    );
    expect(await cancel.isVisible()).toBe(false);
    await goTo(page, 'Orders');
    await rows(page).getByText('CANCELLED').waitFor();
    expect(faults).toEqual([]);
  });

  test('a stream that is cut is opened again, and the order is followed to its end', async () => {
    const { page } = await open('/');
    await register(page);
    await addCheap(page);
    let cut = 0;
    await page.route(/WatchCheckout$/, (route) => {
      cut += 1;
      return cut === 1 ? route.fulfill({ status: 503, body: '' }) : route.continue();
    });
    await checkOut(page, 'FAILED');
    expect(cut).toBeGreaterThan(1);
  });

  test.each(looks)('%s, an open order has no barriers', async (_, options) => {
    const { page } = await open('/', options);
    await register(page);
    await failOrders(page, 1);
    expect(await barriers(page)).toEqual([]);
  });
});
