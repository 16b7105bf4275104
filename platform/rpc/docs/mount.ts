import type { DescService } from '@bufbuild/protobuf';
import { createConnectRouter } from '@connectrpc/connect';
import type { Context, Hono } from 'hono';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Service } from '../../service.ts';
import { buildOpenApi } from '../../../proto/openapi/build.ts';
import { plainPaths } from '../../../proto/openapi/plain-paths.ts';
import { contentSecurityPolicy, referencePage, startScript } from './reference-page.ts';

const title = 'E-commerce API';
const version = '1.0.0';

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

/** Made when first asked for: the bundle is large, and most processes are never asked. */
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

/** The descriptors of a process's public RPC services. */
function describedBy(services: readonly Service[]): readonly DescService[] {
  const router = createConnectRouter();
  for (const service of services) service.routes?.(router);
  return [...new Set(router.handlers.map((handler) => handler.service))];
}

export interface OpenApiMount {
  readonly services: readonly Service[];
  /** Public services of other processes: with any, the document is the gateway's, for the whole platform. */
  readonly elsewhere?: readonly DescService[];
  /** Paths besides the app's own, for example `/health`. */
  readonly served: readonly string[];
}

/** The plain paths that a gateway lets through: probes and metrics are for those who run the processes. */
const throughGateway = ['/.well-known/jwks.json', '/health'];

/**
 * Serves `GET /openapi.json`, about the public RPCs of these services and of those elsewhere and the plain paths that
 * are served already, and the reference page `GET /docs`, which loads nothing from elsewhere.
 */
export function mountOpenApi(app: Hono, { services, elsewhere = [], served }: OpenApiMount): void {
  const mounted = new Set([...served, ...app.routes.map(({ path }) => path)]);
  const document = once(async () => {
    const paths = elsewhere.length > 0 ? throughGateway : Object.keys(plainPaths).filter((path) => mounted.has(path));
    const described = [...describedBy(services), ...elsewhere];
    const openApi = buildOpenApi({ services: described, title, version, plainPaths: paths });
    return toAsset('application/json', JSON.stringify(openApi));
  });
  const assets: Readonly<Record<string, () => Promise<Asset>>> = {
    '/openapi.json': document,
    '/docs': once(async () => toAsset('text/html; charset=utf-8', referencePage(title))),
    '/docs/start.js': once(async () => toAsset('text/javascript; charset=utf-8', startScript)),
    '/docs/swagger-ui.css': once(() => packageFile('swagger-ui.css', 'text/css; charset=utf-8')),
    '/docs/swagger-ui-bundle.js': once(() => packageFile('swagger-ui-bundle.js', 'text/javascript; charset=utf-8')),
  };
  for (const [path, asset] of Object.entries(assets)) app.get(path, async (context) => send(context, await asset()));
}
