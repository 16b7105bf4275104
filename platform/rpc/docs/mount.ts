import type { Context, Hono } from 'hono';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { contentSecurityPolicy, referencePage, startScript } from './reference-page.ts';

const title = 'E-commerce API';
/** Made by `npm run generate`. */
const document = new URL('../../../proto/gen/openapi.json', import.meta.url);

interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly etag: string;
}

function toAsset(contentType: string, content: string | Buffer): Asset {
  const bytes = new Uint8Array(Buffer.from(content));
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { bytes, contentType, etag: `"${hash}"` };
}

/** Makes a value when it is first used: the bundle is large, and most processes never serve it. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function packageFile(name: string, contentType: string): Promise<Asset> {
  return toAsset(contentType, await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`))));
}

function send(context: Context, { bytes, contentType, etag }: Asset): Response {
  const headers = {
    etag,
    'cache-control': 'no-cache',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
  };
  const known = context.req.header('if-none-match')?.split(/\s*,\s*/) ?? [];
  if (known.some((each) => each === '*' || each.replace(/^W\//, '') === etag)) return context.body(null, 304, headers);
  return context.body(bytes, 200, { ...headers, 'content-type': contentType });
}

/**
 * Serves `GET /openapi.json`, which describes the whole public contract, even if this process hosts only a part of it.
 * Serves the reference page `GET /docs`, which loads nothing from another origin.
 */
export function mountOpenApi(app: Hono): void {
  const assets: Readonly<Record<string, () => Promise<Asset>>> = {
    '/openapi.json': once(async () => toAsset('application/json', await readFile(document))),
    '/docs': once(async () => toAsset('text/html; charset=utf-8', referencePage(title))),
    '/docs/start.js': once(async () => toAsset('text/javascript; charset=utf-8', startScript)),
    '/docs/swagger-ui.css': once(() => packageFile('swagger-ui.css', 'text/css; charset=utf-8')),
    '/docs/swagger-ui-bundle.js': once(() => packageFile('swagger-ui-bundle.js', 'text/javascript; charset=utf-8')),
  };
  for (const [path, asset] of Object.entries(assets)) app.get(path, async (context) => send(context, await asset()));
}
