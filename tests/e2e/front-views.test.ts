/** The addresses of the views of the front page, in a real browser. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  addCheap,
  barriers,
  checkOut,
  describeInBrowser,
  goTo,
  looks,
  register,
  signIn,
  topUp,
} from './browser/browser.ts';

const password = 'correct horse battery staple';
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name, exact: true });
const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent');
const fragment = (page: Page) => new URL(page.url()).hash;

/** Waits for a view, and sees that its title and the focus have come along. */
async function arrive(page: Page, name: string, title: string): Promise<void> {
  await heading(page, name).waitFor();
  await expect.poll(() => focused(page), { timeout: 10_000 }).toBe(name);
  expect(await page.title()).toBe(`${title} · E-commerce backend`);
}

describeInBrowser('the views', (open) => {
  test('each has its address, title and heading, and back and forward lead through them', async () => {
    const { page, faults } = await open('/');
    await register(page);
    await arrive(page, 'Shop', 'Shop');
    await addCheap(page);
    await goTo(page, 'Cart');
    await arrive(page, 'Cart', 'Cart');
    // What was told of the shop has gone with it.
    expect(await page.locator('#news').innerText()).toBe('');
    expect(fragment(page)).toBe('#/cart');
    expect(await page.locator('nav [aria-current="page"]').innerText()).toMatch(/^Cart/);
    expect(await page.getByRole('list', { name: 'Products' }).isVisible()).toBe(false);
    await goTo(page, 'Orders');
    await arrive(page, 'My orders', 'My orders');
    expect(fragment(page)).toBe('#/orders');
    await goTo(page, 'Platform');
    await arrive(page, 'Platform', 'Platform');
    await page.goBack();
    await arrive(page, 'My orders', 'My orders');
    await page.goBack();
    await arrive(page, 'Cart', 'Cart');
    await page.goForward();
    await arrive(page, 'My orders', 'My orders');
    await page.reload();
    await heading(page, 'My orders').waitFor();
    expect(faults).toEqual([]);
  });

  test('an order is opened by its address after a sign-in, and by its buyer only', async () => {
    const { page, faults } = await open('/');
    const email = await register(page);
    await topUp(page);
    await addCheap(page);
    await checkOut(page, 'COMPLETED');
    const address = fragment(page);
    const [, orderId = ''] = /^#\/orders\/(?<id>[\da-f-]{36})$/.exec(address) ?? [];
    await arrive(page, `Order ${orderId}`, `Order ${orderId.slice(0, 8)}`);
    await page.goBack();
    await page.getByText('The cart is empty.').waitFor();
    const later = await open(`/${address}`);
    await signIn(later.page, email, password, { at: `Order ${orderId}` });
    await later.page.locator('#order-state', { hasText: 'COMPLETED' }).waitFor();
    expect(await later.page.getByRole('list', { name: 'Lines' }).innerText()).toContain('USB-C Hub');
    await later.page.getByRole('link', { name: 'My orders' }).click();
    await arrive(later.page, 'My orders', 'My orders');
    const other = await open('/');
    await register(other.page);
    await other.page.goto(`${other.page.url().split('#')[0]}${address}`);
    await arrive(other.page, 'Order not found', 'Order not found');
    expect(await other.page.locator('main').innerText()).not.toContain('USB-C Hub');
    expect([...faults, ...later.faults, ...other.faults]).toEqual([]);
  });

  test.each([randomUUID(), 'not-an-id', '<b>'])('the wrong id %s of an order is told', async (id) => {
    const { page, faults } = await open(`/#/orders/${encodeURIComponent(id)}`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await register(page, { at: 'Order not found' });
    expect(await page.getByRole('alert').getByText('You have no order').innerText()).toContain(`the id ${id} (`);
    expect(await page.title()).toBe('Order not found · E-commerce backend');
    expect(faults).toEqual([]);
  });

  test('an address that leads to nothing says so, and so does one that is for support', async () => {
    const { page } = await open('/#/nowhere');
    await register(page, { at: 'Nothing is here' });
    await page.getByText('No view has this address.').waitFor();
    await page.evaluate("location.hash = '#/support'");
    await page.getByText('Only support and administrators').waitFor();
    expect(await page.getByRole('link', { name: 'Support' }).isVisible()).toBe(false);
    await page.getByRole('link', { name: 'Go to the shop' }).click();
    await arrive(page, 'Shop', 'Shop');
  });

  test('a fragment that is no address leads to the shop', async () => {
    const { page } = await open('/#main');
    await register(page);
    await arrive(page, 'Shop', 'Shop');
    await page.evaluate("location.hash = '#orders-title'");
    expect(await heading(page, 'Shop').isVisible()).toBe(true);
  });

  test('a link leads to the top of a view, and back to where it was left', async () => {
    const { page } = await open('/', { viewport: { width: 390, height: 700 } });
    await register(page);
    const height = () => page.evaluate<number>('scrollY');
    await page.evaluate('scrollTo(0, 600)');
    await page.evaluate("location.hash = '#/platform'");
    await arrive(page, 'Platform', 'Platform');
    expect(await height()).toBe(0);
    await page.goBack();
    await arrive(page, 'Shop', 'Shop');
    expect(await height()).toBe(600);
  });

  test('whoever signs in after a sign-out begins at the shop', async () => {
    const { page } = await open('/#/orders');
    await register(page, { at: 'My orders' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect.poll(() => focused(page), { timeout: 10_000 }).toBe('Sign in to the shop');
    expect(await page.title()).toBe('E-commerce backend');
    expect(fragment(page)).toBe('');
    await register(page);
  });

  test.each(looks)('%s, none has barriers', async (_, options) => {
    const { page } = await open('/', options);
    await register(page);
    await addCheap(page);
    for (const view of ['Cart', 'Orders', 'Platform'] as const) {
      await goTo(page, view);
      expect(await barriers(page), view).toEqual([]);
    }
    await page.evaluate("location.hash = '#/nowhere'");
    await heading(page, 'Nothing is here').waitFor();
    expect(await barriers(page)).toEqual([]);
  });
});
