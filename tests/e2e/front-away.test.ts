/** What the front page tells while no process answers, and that it goes on by itself, in a real browser. */
import { expect, test } from 'vitest';
import { addCheap, describeInBrowser, goTo, register } from './browser/browser.ts';

const within = { timeout: 20_000 };

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
});
