/** The newest orders of everybody, which support sees on the front page, in a real browser. */
import { expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { describeInBrowser, failOrders, lookFor, register, signIn } from './browser/browser.ts';

describeInBrowser('the part for support', (open) => {
  test('lists the newest orders of everybody, page by page', async () => {
    const { page: customer } = await open('/');
    await register(customer);
    await failOrders(customer, 11);
    const { page } = await open('/');
    const { email, password } = adminCredentials();
    await signIn(page, email, password);
    await lookFor(page, '');
    const rows = page.locator('#found li');
    await rows.nth(9).waitFor();
    expect(await rows.count()).toBe(10);
    await page.locator('#more-found').click();
    await rows.nth(10).waitFor();
    const [first = '', ...others] = await rows.allInnerTexts();
    expect(first).toContain('FAILED');
    expect(others.length).toBeGreaterThan(9);
  });
});
