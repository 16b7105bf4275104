import { Hono } from 'hono';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mountOpenApi } from './mount.ts';

function createApp(): Hono {
  const app = new Hono();
  mountOpenApi(app);
  return app;
}

const committed = join(import.meta.dirname, '../../../proto/gen/openapi.json');
const linked = /(?:src|href)="(?<path>[^"]+)"/g;

test('every process serves the committed document, which has the whole contract', async () => {
  const response = await createApp().request('/openapi.json');
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(await response.text()).toBe(await readFile(committed, 'utf8'));
});

test('a client that has the newest document gets 304', async () => {
  const app = createApp();
  const etag = (await app.request('/openapi.json')).headers.get('etag') ?? '';
  const again = await app.request('/openapi.json', { headers: { 'if-none-match': `"other", W/${etag}` } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await app.request('/openapi.json', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

test('the page loads everything from this origin and may reach no other', async () => {
  const app = createApp();
  const page = await app.request('/docs');
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const document: { info: { title: string } } = JSON.parse(await readFile(committed, 'utf8'));
  expect(html).toContain(`<title>${document.info.title}</title>`);
  const paths = [...html.matchAll(linked)]
    .map((match) => match.groups?.['path'] ?? '')
    .filter((path) => path !== 'data:,');
  expect(paths).toHaveLength(3);
  for (const path of paths) {
    expect(path).toMatch(/^\/docs\//);
    const asset = await app.request(path);
    expect(asset.status, path).toBe(200);
  }
  const css = await (await app.request('/docs/swagger-ui.css')).text();
  expect(css).not.toMatch(/@import|url\(["']?https?:/);
});
