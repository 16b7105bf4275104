/** Lists of the front page that have more than one page, in a real browser. */
import { expect, test } from 'vitest';
import { describeInBrowser, goTo, register } from './browser/browser.ts';

describeInBrowser('the products', (open) => {
  test('go on page by page, also by keyboard, and what has come is told', async () => {
    const { page, faults } = await open('/');
    await register(page);
    const tiles = page.getByRole('list', { name: 'Products' }).getByRole('listitem');
    const count = page.locator('#count-products');
    expect(await tiles.count()).toBe(12);
    expect(await count.getAttribute('role')).toBe('status');
    expect(await count.innerText()).toBe('12 products. There are more.');
    const more = page.getByRole('button', { name: 'More products' });
    await more.focus();
    await page.keyboard.press('Enter');
    await tiles.nth(23).waitFor();
    expect(await count.innerText()).toBe('24 products. There are more.');
    // The focus stays, so that the next press shows the next page.
    await page.keyboard.press('Enter');
    await tiles.nth(35).waitFor();
    const products = await tiles.evaluateAll((all) => all.map(({ dataset }) => dataset['productId']));
    expect(new Set(products).size).toBe(36);
    // Whoever comes back finds as many.
    await goTo(page, 'Cart');
    await page.goBack();
    expect(await tiles.count()).toBe(36);
    expect(faults).toEqual([]);
  });

  test('of a search have pages and an address of their own, and the last page ends the list', async () => {
    const { page } = await open('/');
    await register(page);
    const tiles = page.getByRole('list', { name: 'Products' }).getByRole('listitem');
    const field = page.getByRole('searchbox', { name: 'Search' });
    const asked: string[] = [];
    // Pages of three, so that a search has several.
    await page.route(/ProductService\/ListProducts$/, (route) => {
      const question = route.request().postDataJSON() as { query?: string };
      asked.push(question.query ?? '');
      return route.continue({ postData: JSON.stringify({ ...question, pageSize: 3 }) });
    });
    await field.fill('USB-C Hub');
    await field.press('Enter');
    await page.getByText('3 products. There are more.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/shop?query=USB-C+Hub');
    const more = page.getByRole('button', { name: 'More products' });
    await more.press('Enter');
    await page.getByText('4 products.', { exact: true }).waitFor();
    expect(await more.isVisible()).toBe(false);
    // The button is gone, so the focus is on what has come.
    const label = await tiles.nth(3).getByRole('button').getAttribute('aria-label');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe(label);
    expect(asked).toEqual(['USB-C Hub', 'USB-C Hub']);
    await page.goBack();
    await expect.poll(() => field.inputValue(), { timeout: 10_000 }).toBe('');
    expect(new URL(page.url()).hash).not.toContain('query');
  });
});
