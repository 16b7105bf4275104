import type { DescService } from '@bufbuild/protobuf';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { createFixture } from '../../testing/fixture.ts';
import type { OpenApiDocument } from '../../../proto/openapi/document.ts';
import { mountOpenApi } from './mount.ts';

function createApp(elsewhere: readonly DescService[] = []): Hono {
  const { service } = createFixture();
  const app = new Hono();
  service.http?.(app);
  mountOpenApi(app, { services: [service], elsewhere, served: ['/health', '/metrics'] });
  return app;
}

const linked = /(?:src|href)="(?<path>[^"]+)"/g;

test('the document tells what the process serves, and not its internal RPCs', async () => {
  const response = await createApp().request('/openapi.json');
  expect(response.headers.get('content-type')).toContain('application/json');
  const text = await response.text();
  const { paths } = JSON.parse(text) as OpenApiDocument;
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/api/v1/wallet', '/api/v1/orders/{orderId}', '/health', '/.well-known/jwks.json']),
  );
  expect(Object.keys(paths)).not.toContain('/api/v1/auth/login');
  expect(text).not.toContain('FundsService');
});

test('with services elsewhere it is about the whole platform, as a gateway shows it', async () => {
  const { paths } = (await (await createApp([AuthService]).request('/openapi.json')).json()) as OpenApiDocument;
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/api/v1/wallet', '/api/v1/auth/login', '/health', '/.well-known/jwks.json']),
  );
  expect(Object.keys(paths)).not.toContain('/metrics');
});

test('a client that has the newest document is told so', async () => {
  const app = createApp();
  const etag = (await app.request('/openapi.json')).headers.get('etag') ?? '';
  const again = await app.request('/openapi.json', { headers: { 'if-none-match': `"other", W/${etag}` } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await app.request('/openapi.json', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

test('the page and all it loads come from this origin, and it may reach no other', async () => {
  const app = createApp();
  const page = await app.request('/docs');
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
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
