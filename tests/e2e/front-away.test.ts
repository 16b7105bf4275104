/** What the front page tells while no process answers, and that it goes on by itself, in a real browser. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { addCheap, describeInBrowser, goTo, register } from './browser/browser.ts';

const within = { timeout: 20_000 };

/** Lets the platform answer again, and waits until the page has loaded again. */
async function bringBack(page: Page, comeBack: () => Promise<void>): Promise<void> {
  const loaded = page.waitForResponse(/CartService\/GetCart$/);
  await comeBack();
  await (await loaded).finished();
}

describeInBrowser('the front page without its process', (open) => {
  test('says that the state of each part is unknown, and tells it again later', async () => {
    const { page } = await open('/');
    const words = () => page.locator('#servers strong, #services strong').allInnerTexts();
    expect(new Set(await words())).toContain('ok');
    await page.context().setOffline(true);
    await page.getByText('The process does not answer.').waitFor(within);
    expect(new Set(await words())).toEqual(new Set(['unknown']));
    await page.context().setOffline(false);
    await expect.poll(words, within).toContain('ok');
    await page.getByText('Ready: it takes calls').waitFor(within);
  });

  test('tells so in the shop, and loads what was asked for when the process is back', async () => {
    const { page } = await open('/');
    await register(page);
    await addCheap(page);
    const message = page.locator('#message');
    await page.context().setOffline(true);
    await page.getByRole('searchbox', { name: 'Search' }).fill('Frying Pan');
    await page.getByRole('button', { name: 'Search' }).click();
    await message.getByText('The platform does not answer now.').waitFor(within);
    expect(await message.innerText()).not.toContain('fetch');
    await page.context().setOffline(false);
    await page
      .getByRole('button', { name: /^Add: Frying Pan/ })
      .first()
      .waitFor(within);
    expect(await message.innerText()).toBe('');
    await page.context().setOffline(true);
    await goTo(page, 'Orders');
    await message.getByText('The platform does not answer now.').waitFor(within);
    await page.context().setOffline(false);
    await page.getByText('No orders yet.').waitFor(within);
  });

  test('says of a change without an answer that its outcome is not known, also when the platform is back', async () => {
    const { page } = await open('/');
    await register(page);
    await addCheap(page);
    const message = page.locator('#message');
    const [add, cart] = [page.getByRole('button', { name: /^Add: / }), page.locator('#cart-count')];
    await page.context().setOffline(true);
    await add.first().click();
    await message.getByText('It is not known whether the product was added: look at the cart').waitFor(within);
    await bringBack(page, () => page.context().setOffline(false));
    expect(await message.innerText()).toMatch(/^The platform did not answer\. It is not known whether the product/);
    expect(await cart.innerText()).toBe('1');
    await goTo(page, 'Cart');
    expect(await message.innerText()).toBe('');
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Check out' }).click();
    await message.getByText('It is not known whether the checkout has begun: look at your orders').waitFor(within);
    await bringBack(page, () => page.context().setOffline(false));
    expect(await message.innerText()).toContain('It is not known whether the checkout has begun');
  });

  test('keeps what was told of a change while it waits for the platform', async () => {
    const { page } = await open('/');
    await register(page);
    const message = page.locator('#message');
    const away = ['**/front/health.json', '**/ecommerce.order.v1.OrderService/ListOrders'];
    for (const url of away) await page.route(url, (route) => route.abort());
    await goTo(page, 'Orders');
    await message.getByText('The platform does not answer now.').waitFor(within);
    const body = JSON.stringify({ code: 'failed_precondition', message: 'it is refused' });
    const refusal = { status: 400, contentType: 'application/json', body };
    await page.route('**/ecommerce.wallet.v1.WalletService/TopUp', (route) => route.fulfill(refusal));
    await page.getByRole('button', { name: 'Add 100.00 USD' }).click();
    await message.getByText('it is refused').waitFor(within);
    await bringBack(page, async () => {
      for (const url of away) await page.unroute(url);
    });
    expect(await message.innerText()).toBe('it is refused');
  });
});
