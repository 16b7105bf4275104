import type { Hono } from 'hono';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Representation } from '../answers/representation.ts';
import { once, sendAsset, toAsset } from '../web/assets.ts';
import { contentSecurityPolicy, referencePage } from './reference-page.ts';

const title = 'E-commerce API';
/** Made by `npm run generate`. */
const document = new URL('../../../proto/gen/openapi.json', import.meta.url);

/** Made by `npm run generate` from deploy/front/browser. */
const startScript = new URL('../../../proto/gen/front/reference.js', import.meta.url);

/** The file is indented for those who review its changes; clients need no spaces. */
async function compactJson(file: URL): Promise<string> {
  return JSON.stringify(JSON.parse(await readFile(file, 'utf8')));
}

async function packageFile(name: string, contentType: string): Promise<Representation> {
  return toAsset(contentType, await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`))));
}

/**
 * Serves `GET /openapi.json`, which describes the whole public contract, even if this process hosts only a part of it.
 * Serves the reference page `GET /docs`, which loads nothing from another origin.
 */
export function mountOpenApi(app: Hono): void {
  const page = once(async () => toAsset('text/html; charset=utf-8', referencePage(title)));
  const assets: Readonly<Record<string, () => Promise<Representation>>> = {
    '/openapi.json': once(async () => toAsset('application/json', await compactJson(document))),
    '/docs': page,
    '/docs/': page,
    '/docs/start.js': once(async () => toAsset('text/javascript; charset=utf-8', await readFile(startScript))),
    '/docs/swagger-ui.css': once(() => packageFile('swagger-ui.css', 'text/css; charset=utf-8')),
    '/docs/swagger-ui-bundle.js': once(() => packageFile('swagger-ui-bundle.js', 'text/javascript; charset=utf-8')),
  };
  for (const [path, asset] of Object.entries(assets)) {
    app.get(path, async (context) => sendAsset(context, await asset(), contentSecurityPolicy));
  }
}
