/** The front page in a real browser: the shop, the health, and what the page is for everybody. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { addCheap, barriers, checkOut, describeInBrowser, goTo, looks, register, topUp } from './browser/browser.ts';

/** The fields that have an error, each with what stands beside it. */
function markedFields(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('[aria-invalid="true"]')].map(
    (field) => field.name + ': ' + document.getElementById(field.getAttribute('aria-describedby')).innerText)`);
}

/** How each card of the page stands: in which row, and how wide it is. */
const cards = `[...document.querySelectorAll('main section')].filter((card) => card.offsetWidth > 0).map((card) => ({
  name: card.querySelector('h2').innerText, left: card.offsetLeft, right: card.offsetLeft + card.offsetWidth }))`;

interface Card {
  readonly name: string;
  readonly left: number;
  readonly right: number;
}

describeInBrowser('the front page', (open) => {
  test('a customer registers, tops up, buys, and sees the states of the order', async () => {
    const { page, faults } = await open('/');
    await register(page);
    await topUp(page);
    await page.getByRole('searchbox').fill('zzz nothing');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Nothing found.').waitFor();
    await addCheap(page);
    await checkOut(page, 'COMPLETED');
    const text = await page.getByRole('list', { name: 'History' }).innerText();
    // The picture of the README: FRONT_SCREENSHOT=docs/images/front-page.png npm test -- tests/e2e/front.test.ts
    const path = process.env['FRONT_SCREENSHOT'];
    if (path !== undefined) {
      await page.getByRole('list', { name: 'Steps' }).getByText('done').nth(5).waitFor();
      await page.screenshot({ path, fullPage: true });
    }
    expect(text).toMatch(/PENDING: .*\(checkout accepted\)[^]*COMPLETED: .*\(paid\)/);
    await page.locator('#cart-count').waitFor({ state: 'hidden' });
    await goTo(page, 'Cart');
    await page.getByText('The cart is empty.').waitFor();
    expect(faults).toEqual([]);
  });

  test('an order without money fails, and the page says why', async () => {
    const { page, faults } = await open('/');
    await register(page);
    await addCheap(page);
    await checkOut(page, 'FAILED');
    expect(await page.locator('#order-state').innerText()).toContain('INSUFFICIENT_FUNDS');
    expect(await page.getByRole('list', { name: 'History' }).innerText()).toContain('everything was given back');
    expect(faults).toEqual([]);
  });

  test('a top-up that is refused as switched off is no error: the page says what to do instead', async () => {
    const { page } = await open('/');
    await register(page);
    // The detail is google.rpc.ErrorInfo {reason: FREE_TOP_UP_DISABLED, domain: ecommerce}.
    const value = Buffer.from('\n\x14FREE_TOP_UP_DISABLED\x12\x09ecommerce').toString('base64');
    const details = [{ type: 'google.rpc.ErrorInfo', value }];
    await page.route(/WalletService\/TopUp$/, (route) =>
      route.fulfill({ status: 403, json: { code: 'permission_denied', details } }),
    );
    await page.getByRole('button', { name: 'Add 100.00 USD' }).click();
    await page.getByText('An administrator puts it into your wallet').waitFor();
    expect(await page.getByRole('button', { name: 'Add 100.00 USD' }).isVisible()).toBe(false);
    expect(await page.getByRole('alert').innerText()).toBe('');
  });

  test('a wrong password is told beside its field, and the form stays', async () => {
    const { page } = await open('/');
    await page.getByLabel('E-mail', { exact: true }).fill('nobody@example.com');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('INVALID_CREDENTIALS').waitFor();
    expect(await page.getByRole('button', { name: 'Sign in' }).isVisible()).toBe(true);
    expect(await markedFields(page)).toEqual([
      'password: the email address or the password is wrong (INVALID_CREDENTIALS)',
    ]);
    // The next try that is about no field leaves no mark.
    await register(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await markedFields(page)).toEqual([]);
  });

  test('an e-mail address that is taken, and a password that is refused, are told beside their fields', async () => {
    const { page } = await open('/');
    const email = await register(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    const tryOut = async (address: string, password: string) => {
      await page.getByLabel('E-mail', { exact: true }).fill(address);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Register' }).click();
    };
    await tryOut(email, 'correct horse battery staple');
    await page.getByRole('alert').getByText('EMAIL_TAKEN').waitFor();
    expect(await markedFields(page)).toEqual([expect.stringMatching(/^email: .*\(EMAIL_TAKEN\)$/)]);
    await tryOut(`new-${email}`, 'x'.repeat(300));
    await expect.poll(() => markedFields(page), { timeout: 10_000 }).toEqual([expect.stringMatching(/^password: ./)]);
  });

  test('the health is read again', async () => {
    const { page } = await open('/');
    const again = await page.waitForResponse(/\/front\/health\.json$/, { timeout: 20_000 });
    expect(again.status()).toBe(200);
    const services = await page.locator('#services li').allInnerTexts();
    // With the roles apart, the process that serves the page uses Postgres and Redis only, and says so. The relay takes no
    // calls, so only its own process tells of it. The worker of the tests is another process: Temporal tells of it.
    const isTogether = services.some((text) => text.startsWith('Event relay'));
    const elsewhere = isTogether ? 'ok' : '– This process does not use it, so it cannot tell.';
    const servers = await page.locator('#servers li').allInnerTexts();
    const told = servers.map((text) => text.split(/\n+/)).map(([name, ...rest]) => [name, rest.join(' ')]);
    expect(Object.fromEntries(told)).toEqual({
      Postgres: 'ok',
      Redis: 'ok',
      Kafka: elsewhere,
      Temporal: elsewhere,
      'Checkout worker': elsewhere,
    });
    expect(services).toContainEqual(expect.stringMatching(/^Accounts\s+ok$/));
    // The launcher sets the well-known passwords itself, so the page may show them.
    expect(await page.getByText('demo-development-only').isVisible()).toBe(true);
  });

  test.each(looks)('%s, it has no barriers', async (_, options) => {
    const { page } = await open('/', options);
    expect(await barriers(page)).toEqual([]);
    await register(page);
    await addCheap(page);
    expect(await barriers(page)).toEqual([]);
  });

  test.each([820, 1280, 1920])('in a window of %i pixels no card leaves a hole beside it', async (width) => {
    const { page } = await open('/', { viewport: { width, height: 900 } });
    const [form, ...others] = await page.evaluate<Card[]>(cards);
    const last = others.at(-1);
    expect(last?.name).toBe('First commands');
    expect(last?.right).toBe(form?.right);
    expect(Math.min(...others.map(({ left }) => left))).toBe(form?.left);
  });

  test('an unknown path has no barriers, too', async () => {
    const { page } = await open('/nothing', { bypassCSP: true });
    expect(await page.title()).not.toBe('E-commerce backend');
    expect(await barriers(page)).toEqual([]);
  });
});
