/** How the front page keeps whoever is signed in, in a real browser. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { addCheap, barriers, describeInBrowser, goTo, looks, register, signIn } from './browser/browser.ts';

const signInForm = (page: Page) => page.locator('#sign-in');
const kept = (page: Page): Promise<string> => page.evaluate('JSON.stringify({ ...sessionStorage })');
const refreshTokenOf = async (page: Page) =>
  /refreshToken\W+(?<token>[\w-]+)/.exec(await kept(page))?.groups?.['token'];

/** Waits until the first calls of the page have their answers. */
async function isRead(page: Page): Promise<void> {
  await page.locator('#balance', { hasText: 'USD' }).waitFor();
  await page.locator('#total', { hasText: 'The cart is empty.' }).waitFor({ state: 'attached' });
  await page
    .getByRole('button', { name: /^Add: / })
    .first()
    .waitFor();
}

const ended = (page: Page) => page.getByText('Your session has ended. Please sign in again.');

/** Makes the kept access token one that has ended, and with `refreshToken` the other one, too. */
async function age(page: Page, more: object = {}): Promise<void> {
  await page.evaluate(`sessionStorage.setItem('session', JSON.stringify({
    ...JSON.parse(sessionStorage.getItem('session')), endsAtMs: 0, ...${JSON.stringify(more)} }))`);
}

/** Counts the exchanges of refresh tokens from now on. */
function countRenewals(page: Page): { readonly count: () => number } {
  let count = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('AuthService/Refresh')) count += 1;
  });
  return { count: () => count };
}

/** Lets the access tokens of all tabs end, as their clocks tell. */
async function letTokensEnd(page: Page): Promise<void> {
  await page.context().clock.setFixedTime(Date.now() + 20 * 60_000);
}

/** A tab that begins with a copy of what this one keeps, as the browser's "Duplicate" makes it. */
async function duplicate(page: Page): Promise<Page> {
  const [twin] = await Promise.all([page.context().waitForEvent('page'), page.evaluate("void open('/')")]);
  await isRead(twin);
  return twin;
}

describeInBrowser('the session', (open) => {
  test('a duplicated tab shares each renewal, so that no refresh token is used twice', async () => {
    const { page, faults } = await open('/');
    await register(page);
    const twin = await duplicate(page);
    const first = await refreshTokenOf(page);
    expect(await refreshTokenOf(twin)).toBe(first);
    const [renewals, renewalsOfTwin] = [countRenewals(page), countRenewals(twin)];
    await letTokensEnd(page);
    await goTo(page, 'Orders');
    await page.getByText('No orders yet.').waitFor();
    expect(renewals.count()).toBe(1);
    const second = await refreshTokenOf(page);
    expect(second).not.toBe(first);
    await expect.poll(() => refreshTokenOf(twin), { timeout: 10_000 }).toBe(second);
    // A tab that slept meanwhile has the first token still, and asks the others before it uses that.
    await age(twin, { refreshToken: first });
    await twin.reload();
    await isRead(twin);
    expect(await refreshTokenOf(twin)).toBe(second);
    expect(renewalsOfTwin.count()).toBe(0);
    expect(await ended(page).isVisible()).toBe(false);
    expect(faults).toEqual([]);
  });

  test('duplicated tabs that renew in the same moment stay signed in with the same token', async () => {
    const { page } = await open('/');
    await register(page);
    const twin = await duplicate(page);
    const renewals = [countRenewals(page), countRenewals(twin)];
    await letTokensEnd(page);
    const tabs = [page, twin];
    await Promise.all(tabs.map((tab) => goTo(tab, 'Orders')));
    await Promise.all(tabs.map((tab) => tab.getByText('No orders yet.').waitFor()));
    expect(renewals.some(({ count }) => count() > 0)).toBe(true);
    expect(await refreshTokenOf(page)).toBe(await refreshTokenOf(twin));
    expect(await page.getByRole('alert').innerText()).toBe('');
  });

  test('signing out in one tab signs its duplicate out, which says so; another sign-in leaves it alone', async () => {
    const { page, faults } = await open('/');
    await register(page);
    const twin = await duplicate(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await ended(twin).waitFor();
    expect(await kept(twin)).toBe('{}');
    await register(page);
    const other = await duplicate(page);
    await register(twin);
    expect(await other.locator('#signed-in').isVisible()).toBe(true);
    expect(faults).toEqual([]);
  });

  test('a reload stays signed in; another tab does not; signing out forgets everything', async () => {
    const { page, faults } = await open('/');
    const email = await register(page);
    await addCheap(page);
    await page.reload();
    await page.locator('#cart-count', { hasText: '1' }).waitFor();
    expect(await page.locator('#who').innerText()).toBe(email);
    expect(await signInForm(page).isVisible()).toBe(false);
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    expect(await signInForm(tab).isVisible()).toBe(true);
    expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signInForm(page).waitFor();
    expect(await kept(page)).toBe('{}');
    await page.reload();
    expect(await signInForm(page).isVisible()).toBe(true);
    expect(faults).toEqual([]);
  });

  test('support stays support after a reload', async () => {
    const { page } = await open('/');
    const { email, password } = adminCredentials();
    await signIn(page, email, password);
    await page.reload();
    await page.getByRole('link', { name: 'Support' }).waitFor();
    expect(await page.locator('#who').innerText()).toBe(email);
  });

  test('an access token that has ended is renewed once, and the new refresh token is kept', async () => {
    const { page, faults } = await open('/');
    await register(page);
    const first = await refreshTokenOf(page);
    await age(page);
    const renewals: string[] = [];
    page.on('request', (request) => request.url().endsWith('AuthService/Refresh') && renewals.push(request.url()));
    await page.reload();
    await isRead(page);
    expect(renewals).toHaveLength(1);
    expect(await refreshTokenOf(page)).not.toBe(first);
    await page.reload();
    await isRead(page);
    expect(renewals).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  test('a session that is refused leads back to the form, which says so without an error', async () => {
    const { page, faults } = await open('/');
    await register(page);
    await age(page, { refreshToken: 'spent-long-ago' });
    await page.reload();
    await ended(page).waitFor();
    expect(await page.getByRole('alert').innerText()).toBe('');
    expect(await page.locator('#signed-in').isVisible()).toBe(false);
    expect(await kept(page)).toBe('{}');
    await register(page);
    expect(await ended(page).isVisible()).toBe(false);
    expect(faults).toEqual([]);
  });

  test('so does one that is refused while the page is used, and what another version of the page kept is no session', async () => {
    const { page } = await open('/');
    await register(page);
    await page.route(/ProductService\/ListProducts$/, (route) =>
      route.fulfill({ status: 401, json: { code: 'unauthenticated' } }),
    );
    await page.getByRole('button', { name: 'Search' }).click();
    await ended(page).waitFor();
    expect(await page.getByRole('alert').innerText()).toBe('');
    await page.evaluate(`sessionStorage.setItem('session', '{"email":1}')`);
    await page.reload();
    expect(await signInForm(page).isVisible()).toBe(true);
    expect(await page.getByRole('alert').innerText()).toBe('');
  });

  test.each(looks)('%s, the form after an ended session has no barriers', async (_, options) => {
    const { page } = await open('/', options);
    await register(page);
    await age(page, { refreshToken: 'spent-long-ago' });
    await page.reload();
    await ended(page).waitFor();
    expect(await barriers(page)).toEqual([]);
  });
});
