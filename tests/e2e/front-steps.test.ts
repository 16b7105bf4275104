/** The steps of a checkout on the front page, in a real browser. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
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

const rows = (page: Page) => page.getByRole('list', { name: 'Steps' }).getByRole('listitem');

describeInBrowser('the steps of an order', (open) => {
  test('support sees each step with the part that made it, until the cart has taken in the event', async () => {
    const { page, faults } = await open('/');
    const { email, password } = adminCredentials();
    await signIn(page, email, password);
    await page.getByRole('button', { name: 'Add 100.00 USD' }).click();
    await addCheap(page);
    await checkOut(page, 'COMPLETED');
    const story = page.getByRole('list', { name: 'What the parts did' });
    await story.getByText('the cart has taken in OrderCompleted').waitFor({ timeout: 30_000 });
    const text = await story.innerText();
    for (const step of ['wallet: .*held', 'products: .*reserved', 'cart: .*claimed', 'wallet: .*taken']) {
      expect(text).toMatch(new RegExp(step));
    }
    const link = await story.getByRole('link', { name: /^checkout-.* in Temporal$/ }).getAttribute('href');
    expect(link).toMatch(/\/namespaces\/[^/]+\/workflows\/checkout-[^/]+\/[^/]+\/user-metadata$/);
    expect(faults).toEqual([]);
  });

  test('a buyer sees each step with its duration beside the states, and the page does not ask for more', async () => {
    const { page, faults } = await open('/');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await register(page);
    await topUp(page);
    await addCheap(page);
    await checkOut(page, 'COMPLETED');
    await rows(page).nth(5).getByText('done').waitFor();
    const told = (await rows(page).allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
    expect(told.toSorted()).toEqual(
      ['Capture funds', 'Claim the cart', 'Commit stock', 'Complete the order', 'Hold funds', 'Reserve stock'].map(
        (name) => expect.stringMatching(new RegExp(`^✓ ${name} done [\\d.]+ m?s$`)),
      ),
    );
    expect(await page.getByRole('list', { name: 'What the parts did' }).isVisible()).toBe(false);
    expect(asked.filter((url) => url.includes('AdminService'))).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('a refused step is told, and so is what is undone', async () => {
    const { page } = await open('/');
    await register(page);
    await addCheap(page);
    await checkOut(page, 'FAILED');
    await rows(page).filter({ hasText: 'Release the cart' }).getByText('done').waitFor();
    expect(await rows(page).filter({ hasText: 'Hold funds' }).innerText()).toContain('refused');
  });

  test.each(looks)('%s, steps that are under way or tried again have no barriers', async (_, options) => {
    const { page } = await open('/', options);
    await register(page);
    await addCheap(page);
    const steps = [
      { name: 'claim the cart', state: 'CHECKOUT_STEP_STATE_DONE', took: '2.345s' },
      { name: 'reserve stock', state: 'CHECKOUT_STEP_STATE_RETRYING' },
      { name: 'hold funds', state: 'CHECKOUT_STEP_STATE_RUNNING' },
    ];
    await page.route(/GetCheckoutProgress$/, (route) => route.fulfill({ json: { stage: 'Undoing', steps } }));
    // The order stays as it was accepted.
    await page.route(/OrderService\/GetOrder$/, async (route) => {
      const answer = await route.fetch();
      const { order } = (await answer.json()) as { order: object };
      await route.fulfill({ response: answer, json: { order: { ...order, status: 'ORDER_STATUS_PENDING' } } });
    });
    await goTo(page, 'Cart');
    await page.getByRole('button', { name: 'Check out' }).click();
    await rows(page).getByText('tried again').waitFor();
    expect(await rows(page).first().innerText()).toContain('2.3 s');
    expect(await page.locator('#order-stage').innerText()).toBe('Undoing');
    expect(await barriers(page)).toEqual([]);
  });

  test('without an answer of the workflow the order is shown as usual, and the page says what is missing', async () => {
    const { page, faults } = await open('/');
    await register(page);
    await topUp(page);
    await addCheap(page);
    let asked = 0;
    await page.route(/GetCheckoutProgress$/, (route) => {
      asked += 1;
      return asked === 1 ? route.fulfill({ status: 503, json: { code: 'unavailable' } }) : route.continue();
    });
    await checkOut(page, 'COMPLETED');
    await rows(page).nth(5).getByText('done').waitFor();
    expect(asked).toBeGreaterThan(1);
    // The steps may be done a moment before the page sees that the order has ended.
    await expect.poll(() => page.locator('#order-stage').textContent(), { timeout: 10_000 }).toBe('');
    expect(await page.getByRole('alert').innerText()).toBe('');
    expect(faults).toEqual([]);
  });

  test('an order whose workflow is gone says so', async () => {
    const { page } = await open('/');
    await register(page);
    await addCheap(page);
    await page.route(/GetCheckoutProgress$/, (route) => route.fulfill({ json: {} }));
    await checkOut(page, 'FAILED');
    await page.getByText('The steps of this checkout are no longer kept.').waitFor();
    expect(await rows(page).count()).toBe(0);
  });
});
