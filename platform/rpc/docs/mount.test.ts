import { Hono } from 'hono';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
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
  const text = await response.text();
  expect(JSON.parse(text)).toEqual(JSON.parse(await readFile(committed, 'utf8')));
  expect(text).toBe(JSON.stringify(JSON.parse(text)));
});

test.each([
  ['gzip', gunzipSync],
  ['br', brotliDecompressSync],
] as const)('the document is sent as %s to a client that takes it, with an ETag of its own', async (coding, unpack) => {
  const app = createApp();
  const plain = await app.request('/openapi.json');
  const packed = await app.request('/openapi.json', { headers: { 'accept-encoding': coding } });
  expect(packed.headers.get('content-encoding')).toBe(coding);
  expect(packed.headers.get('vary')).toContain('accept-encoding');
  expect(String(unpack(await packed.arrayBuffer()))).toBe(await plain.text());
  const etag = packed.headers.get('etag') ?? '';
  expect(etag).not.toBe(plain.headers.get('etag'));
  const again = { headers: { 'accept-encoding': coding, 'if-none-match': etag } };
  expect((await app.request('/openapi.json', again)).status).toBe(304);
});

test('a client that has the newest document gets 304', async () => {
  const app = createApp();
  const etag = (await app.request('/openapi.json')).headers.get('etag') ?? '';
  const again = await app.request('/openapi.json', { headers: { 'if-none-match': `"other", W/${etag}` } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await app.request('/openapi.json', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

test('the page is the same with a slash at the end', async () => {
  const app = createApp();
  const [bare, slash] = [await app.request('/docs'), await app.request('/docs/')];
  expect([slash.status, await slash.text()]).toEqual([200, await bare.text()]);
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
    .filter((path) => path !== '/favicon.svg');
  expect(paths).toHaveLength(3);
  for (const path of paths) {
    expect(path).toMatch(/^\/docs\//);
    const asset = await app.request(path);
    expect(asset.status, path).toBe(200);
  }
  const css = await (await app.request('/docs/swagger-ui.css')).text();
  expect(css).not.toMatch(/@import|url\(["']?https?:/);
});
