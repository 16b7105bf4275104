/** The reference page at /docs in a real browser: its examples run as they are. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { barriers, describeInBrowser, looks } from './browser/browser.ts';

/** What Swagger UI itself does wrong, by axe's rule. One that it mends must leave this list. */
const faultsOfSwagger: Readonly<Record<string, string>> = {
  'color-contrast': 'links, versions, and the names of methods are too pale',
  'heading-order': 'a level is left out between the title and the services',
  label: 'the field of a body has no label',
  'nested-interactive': 'the button that opens an operation has a link in it',
  region: 'the title and the choice of a server stand outside its main part',
  'scrollable-region-focusable': 'an example that scrolls cannot be reached with the keyboard',
  'select-name': 'the choice of a server has a label without text',
  'target-size': 'the paths are links that are lower than 24 pixels',
};

interface Tried {
  readonly status: number;
  readonly sent: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Runs an example of the page without changing it. @param operation for example `CartService_AddItem` */
async function tryOut(page: Page, operation: string): Promise<Tried> {
  const block = page.locator(`#operations-${operation.replace(/_.*/, '')}-${operation}`);
  const execute = block.getByRole('button', { name: 'Execute' });
  if (!(await execute.isVisible())) await block.locator('.opblock-summary-control').click();
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname.startsWith('/api/'));
  await execute.click();
  const response = await answered;
  await block.locator('.live-responses-table').waitFor();
  return { status: response.status(), sent: await response.request().allHeaders(), body: await response.json() };
}

describeInBrowser('the reference page', (open) => {
  test('its examples sign in, fill the cart, buy, and show the order, without a change by the reader', async () => {
    const { page, faults } = await open('/docs');
    expect((await tryOut(page, 'AuthService_Login')).status).toBe(200);
    const added = await tryOut(page, 'CartService_AddItem');
    expect([added.status, added.body]).toMatchObject([200, { cart: { items: [{ quantity: expect.any(Number) }] } }]);
    const bought = await tryOut(page, 'CheckoutService_StartCheckout');
    expect([bought.status, bought.body]).toMatchObject([200, { checkout: { state: 'CHECKOUT_STATE_SUCCEEDED' } }]);
    const { orderId } = bought.body['checkout'] as { orderId: string };
    expect((await tryOut(page, 'OrderService_GetOrder')).body).toMatchObject({ order: { orderId } });
    expect((await tryOut(page, 'OrderService_CancelOrder')).body).toMatchObject({
      order: { orderId, status: 'ORDER_STATUS_CANCELLED' },
    });
    expect(faults).toEqual([]);
  });

  test('each try has an idempotency key of its own, unless the reader writes one', async () => {
    const { page } = await open('/docs');
    await tryOut(page, 'AuthService_Login');
    const keys = [];
    for (let tries = 0; tries < 2; tries++) {
      const { status, sent } = await tryOut(page, 'WalletService_TopUp');
      expect(status).toBe(200);
      keys.push(sent['idempotency-key']);
    }
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).not.toBe(keys[0]);
    // The command that the page shows is the one that was sent.
    const block = page.locator('#operations-WalletService-WalletService_TopUp');
    expect(await block.locator('.curl-command').innerText()).toContain(keys[1]);
    const own = '6f3c1f0e-2f4b-4f7a-9a55-0c7c3a1d2e4f';
    await block.getByPlaceholder('Idempotency-Key').fill(own);
    expect((await tryOut(page, 'WalletService_TopUp')).sent['idempotency-key']).toBe(own);
  });

  // Swagger UI has no dark look for a reader who prefers one.
  test.each(looks)('%s, it has no barriers but those of Swagger UI itself', async (_, options) => {
    const { page } = await open('/docs/', options);
    await page.locator('#operations-CartService-CartService_AddItem .opblock-summary-control').click();
    await page.locator('#operations-CartService-CartService_AddItem .responses-table').waitFor();
    await page.locator('#operations-CartService-CartService_AddItem pre').first().waitFor();
    const found = (await barriers(page)).map((text) => text.replace(/: .*/s, ''));
    expect(found.toSorted()).toEqual(Object.keys(faultsOfSwagger).toSorted());
  });
});
