/** The front page in a real browser: Chromium of the machine. Without one the tests are skipped. */
import axe from 'axe-core';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseUrl } from './drivers/driver.ts';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
if (executablePath === undefined) {
  console.log('The tests of the front page are skipped: install Chromium, or set CHROMIUM_PATH to it.');
}
const password = 'correct horse battery staple';

describe.skipIf(executablePath === undefined)('the front page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  /** Opens the page. `faults` gets what the browser complains about, and requests to other origins. */
  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[] }> {
    // axe is put into the page, which its own policy would forbid. A test of the policy looks at its header.
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (line) => {
      if (line.type() === 'error' && !/status of 4\d\d/.test(line.text())) faults.push(line.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(baseUrl())) faults.push(`asked ${request.url()}`);
    });
    await page.goto(`${baseUrl()}/`);
    return { page, faults };
  }

  async function register(page: Page): Promise<void> {
    await page.getByLabel('E-mail').fill(`front-${randomUUID()}@example.com`);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Register' }).click();
    await page
      .getByRole('button', { name: /^Add: / })
      .first()
      .waitFor();
  }

  /** Puts the first product of the list into the cart. */
  async function addFirst(page: Page): Promise<void> {
    await page
      .getByRole('button', { name: /^Add: / })
      .first()
      .click();
    await page.locator('#total', { hasText: 'Total' }).waitFor();
  }

  /** What axe finds against WCAG 2.2, levels A and AA. */
  async function barriers(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    const found = await page.evaluate(
      `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
    );
    return (found as axe.AxeResults).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    );
  }

  test('a customer registers, tops up, buys, and sees the states of the order', async () => {
    const { page, faults } = await open();
    await register(page);
    await page.getByRole('button', { name: 'Add 100.00 USD' }).click();
    await page.locator('#balance', { hasText: '100.00 USD' }).waitFor();
    await page.getByRole('searchbox').fill('zzz nothing');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Nothing found.').waitFor();
    await page.getByRole('searchbox').fill('USB-C Hub');
    await page.getByRole('button', { name: 'Search' }).click();
    // One that 100.00 USD pay for.
    await page
      .getByRole('button', { name: /^Add: .*, \d?\d\.\d\d USD$/ })
      .first()
      .click();
    await page.locator('#total', { hasText: 'Total' }).waitFor();
    await page.getByRole('button', { name: 'Check out' }).click();
    const order = page.getByRole('list', { name: 'Order' });
    await order.getByText(/^The checkout has succeeded\./).waitFor({ timeout: 30_000 });
    await page.getByText('The cart is empty.').waitFor();
    const text = await order.innerText();
    // The picture of the README: FRONT_SCREENSHOT=docs/images/front-page.png npm test -- tests/e2e/front.test.ts
    const path = process.env['FRONT_SCREENSHOT'];
    if (path !== undefined) await page.screenshot({ path, fullPage: true });
    expect(text).toContain('PENDING');
    expect(text).toContain('COMPLETED');
    expect(text.indexOf('COMPLETED')).toBeGreaterThan(text.indexOf('PENDING'));
    expect(faults).toEqual([]);
  });

  test('an order without money fails, and the page says why', async () => {
    const { page, faults } = await open();
    await register(page);
    await addFirst(page);
    await page.getByRole('button', { name: 'Check out' }).click();
    await page.getByText(/has failed.*INSUFFICIENT_FUNDS/).waitFor({ timeout: 30_000 });
    expect(faults).toEqual([]);
  });

  test('a wrong password is told, and the form stays', async () => {
    const { page } = await open();
    await page.getByLabel('E-mail').fill('nobody@example.com');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('INVALID_CREDENTIALS').waitFor();
    expect(await page.getByRole('button', { name: 'Sign in' }).isVisible()).toBe(true);
  });

  test('the health is read again', async () => {
    const { page } = await open();
    const again = await page.waitForResponse(/\/front\/health\.json$/, { timeout: 20_000 });
    expect(again.status()).toBe(200);
    expect(await page.locator('#checks li').count()).toBeGreaterThan(0);
    // The launcher sets the well-known passwords itself, so the page may show them.
    expect(await page.getByText('demo-development-only').isVisible()).toBe(true);
  });

  test.each([
    ['light, at a desk', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
    ['dark, on a phone', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
  ] as const)('%s, it has no barriers and needs no scrolling to the side', async (_, options) => {
    const { page } = await open({ ...options, bypassCSP: true });
    expect(await barriers(page)).toEqual([]);
    await register(page);
    await addFirst(page);
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  test('an unknown path has no barriers, too', async () => {
    const { page } = await open({ bypassCSP: true });
    expect((await page.goto(`${baseUrl()}/nothing`))?.status()).toBe(404);
    expect(await barriers(page)).toEqual([]);
  });
});
