import type { Context, Hono } from 'hono';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { matches } from '../answers/conditional.ts';
import { Representation } from '../answers/representation.ts';
import { contentSecurityPolicy, referencePage, startScript } from './reference-page.ts';

const title = 'E-commerce API';
/** Made by `npm run generate`. */
const document = new URL('../../../proto/gen/openapi.json', import.meta.url);

function toAsset(contentType: string, content: string | Buffer): Representation {
  return new Representation(contentType, Buffer.from(content));
}

/** The file is indented for those who review its changes; clients need no spaces. */
async function compactJson(file: URL): Promise<string> {
  return JSON.stringify(JSON.parse(await readFile(file, 'utf8')));
}

/** Makes a value when it is first used: the bundle is large, and most processes never serve it. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function packageFile(name: string, contentType: string): Promise<Representation> {
  return toAsset(contentType, await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`))));
}

async function send(context: Context, asset: Representation): Promise<Response> {
  const form = await asset.for(context.req.header('accept-encoding'));
  const known = matches(context.req.header('if-none-match'), [form.etag, asset.plain.etag]);
  const headers = {
    etag: known ?? form.etag,
    vary: 'accept-encoding, origin',
    'cache-control': 'no-cache',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
  };
  if (known !== undefined) return context.body(null, 304, headers);
  return context.body(new Uint8Array(form.bytes), 200, {
    ...headers,
    'content-type': asset.contentType,
    ...(form.coding === 'identity' ? {} : { 'content-encoding': form.coding }),
  });
}

/**
 * Serves `GET /openapi.json`, which describes the whole public contract, even if this process hosts only a part of it.
 * Serves the reference page `GET /docs`, which loads nothing from another origin.
 */
export function mountOpenApi(app: Hono): void {
  const assets: Readonly<Record<string, () => Promise<Representation>>> = {
    '/openapi.json': once(async () => toAsset('application/json', await compactJson(document))),
    '/docs': once(async () => toAsset('text/html; charset=utf-8', referencePage(title))),
    '/docs/start.js': once(async () => toAsset('text/javascript; charset=utf-8', startScript)),
    '/docs/swagger-ui.css': once(() => packageFile('swagger-ui.css', 'text/css; charset=utf-8')),
    '/docs/swagger-ui-bundle.js': once(() => packageFile('swagger-ui-bundle.js', 'text/javascript; charset=utf-8')),
  };
  for (const [path, asset] of Object.entries(assets)) app.get(path, async (context) => send(context, await asset()));
}
