/** The steps of an order's saga on the front page, in a real browser. */
import { expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { addCheap, checkOut, describeInBrowser, register, signIn, topUp } from './browser/browser.ts';

describeInBrowser('the steps of an order', (open) => {
  test('support sees each step with the part that made it, until the cart has taken in the event', async () => {
    const { page, faults } = await open('/');
    const { email, password } = adminCredentials();
    await signIn(page, email, password);
    await page.getByRole('button', { name: 'Add 100.00 USD' }).click();
    await addCheap(page);
    await checkOut(page, 'COMPLETED');
    const steps = page.getByRole('list', { name: 'Steps' });
    await steps.getByText('the cart has taken in OrderCompleted').waitFor({ timeout: 30_000 });
    const text = await steps.innerText();
    for (const step of ['wallet: .*held', 'products: .*reserved', 'cart: .*claimed', 'wallet: .*taken']) {
      expect(text).toMatch(new RegExp(step));
    }
    const link = await steps.getByRole('link', { name: /^checkout-.* in Temporal$/ }).getAttribute('href');
    expect(link).toMatch(/\/namespaces\/[^/]+\/workflows\/checkout-[^/]+\/[^/]+\/user-metadata$/);
    expect(faults).toEqual([]);
  });

  test('a buyer sees the states only, and the page does not ask for more', async () => {
    const { page } = await open('/');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await register(page);
    await topUp(page);
    await addCheap(page);
    await checkOut(page, 'COMPLETED');
    await page.getByText('The cart is empty.').waitFor();
    expect(await page.getByRole('list', { name: 'Steps' }).isVisible()).toBe(false);
    expect(asked.filter((url) => url.includes('AdminService'))).toEqual([]);
  });
});
