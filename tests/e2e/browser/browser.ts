/** Pages in a real browser: Chromium of the machine. Without one the tests are skipped. */
import axe from 'axe-core';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { baseUrl } from '../drivers/driver.ts';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
if (executablePath === undefined) {
  console.log('The tests in a browser are skipped: install Chromium, or set CHROMIUM_PATH to it.');
}

interface Visit {
  readonly page: Page;
  /** What the browser complains about, and requests to other origins. */
  readonly faults: string[];
}

/** Opens a path of the platform. */
export type Open = (path: string, options?: BrowserContextOptions) => Promise<Visit>;

/** Only a worker can tell the steps. On a loaded machine it may answer too late, and the page asks again. */
const mayBeBusy = /\/GetCheckoutProgress$/;

/** A group of tests that share one browser. Each visit has a context of its own. */
export function describeInBrowser(name: string, tests: (open: Open) => void): void {
  describe.skipIf(executablePath === undefined)(`${name}, in a browser`, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    });
    afterAll(() => browser.close());
    tests(async (path, options = {}) => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', ({ message }) => faults.push(message));
      page.on('console', (line) => {
        const isRefusal = /status of 4\d\d/.test(line.text()) || mayBeBusy.test(line.location().url);
        if (line.type() === 'error' && !isRefusal) faults.push(line.text());
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(baseUrl())) faults.push(`asked ${request.url()}`);
      });
      await page.goto(`${baseUrl()}${path}`);
      return { page, faults };
    });
  });
}

/** How a page is looked at for barriers. axe is put into the page, which the page's own policy would forbid. */
export const looks = [
  ['light, at a desk', { colorScheme: 'light', viewport: { width: 1280, height: 900 }, bypassCSP: true }],
  ['dark, on a phone', { colorScheme: 'dark', viewport: { width: 360, height: 740 }, bypassCSP: true }],
] as const;

/** What axe finds against WCAG 2.2, levels A and AA; and whether a reader must scroll to the side. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  const told = (found as axe.AxeResults).violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  const fits = await page.evaluate('document.documentElement.scrollWidth <= innerWidth');
  return fits === true ? told : [...told, 'the page is wider than its window'];
}

interface Arrival {
  /** The heading of the view at which a sign-in arrives. */
  readonly at?: string;
}

async function arrive(page: Page, { at = 'Shop' }: Arrival): Promise<void> {
  await page.getByRole('heading', { level: 2, name: at, exact: true }).waitFor();
  // The products, too, so that nothing moves any more.
  if (at === 'Shop') await addButtons(page).first().waitFor();
}

/** Signs in on the front page. */
export async function signIn(page: Page, email: string, password: string, arrival: Arrival = {}): Promise<void> {
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await arrive(page, arrival);
}

/** Registers a new customer on the front page. @returns the e-mail address */
export async function register(page: Page, arrival: Arrival = {}): Promise<string> {
  const email = `front-${randomUUID()}@example.com`;
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Register' }).click();
  await arrive(page, arrival);
  return email;
}

const addButtons = (page: Page) => page.getByRole('button', { name: /^Add: / });

/** Adds 100.00 USD to the wallet. */
export async function topUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add 100.00 USD' }).click();
  await page.locator('#balance', { hasText: '100.00 USD' }).waitFor();
}

/** Goes to a view by the menu. */
export async function goTo(page: Page, view: 'Shop' | 'Cart' | 'Orders' | 'Support' | 'Platform'): Promise<void> {
  const menu = page.getByRole('navigation', { name: 'Views' });
  await menu.getByRole('link', { name: new RegExp(`^${view}`) }).click();
  await page.locator(`[data-view="${view.toLowerCase()}"]`).waitFor();
}

/** Puts a product that costs less than 100.00 USD into the cart. */
export async function addCheap(page: Page): Promise<void> {
  await goTo(page, 'Shop');
  await page.getByRole('searchbox', { name: 'Search' }).fill('USB-C Hub');
  await page.getByRole('button', { name: 'Search' }).click();
  await page
    .getByRole('button', { name: /^Add: USB-C Hub.*, \d?\d\.\d\d USD$/ })
    .first()
    .click();
  await page.getByText(/^USB-C Hub.* is in the cart: [\d.]+ USD\.$/).waitFor();
}

/** Buys the cart, and waits until its order is in a state. */
export async function checkOut(page: Page, state: string): Promise<void> {
  await goTo(page, 'Cart');
  await page.getByRole('button', { name: 'Check out' }).click();
  await page.locator('#order-state', { hasText: state }).waitFor({ timeout: 30_000 });
}

/** Buys without money, as a new customer, until there are so many failed orders. */
export async function failOrders(page: Page, count: number): Promise<void> {
  await addCheap(page);
  // The cart is free again a moment after its order has failed.
  for (let made = 0; made < count; made++) await checkOut(page, 'FAILED');
}

/** Looks for an order in the part for support: by its id, its payment or an e-mail address; the newest for ''. */
export async function lookFor(page: Page, query: string): Promise<void> {
  await goTo(page, 'Support');
  await page.getByLabel('Order id, payment id or e-mail').fill(query);
  await page.getByRole('button', { name: 'Find' }).click();
}
