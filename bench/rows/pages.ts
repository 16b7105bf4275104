import { placeOf, type Context } from '../context.ts';
import type { Page } from '../load/page.ts';
import type { Platform } from '../stack/platform.ts';

/** A page of the catalog as the platform answers it. */
export interface CatalogPage {
  readonly path: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CatalogPages {
  readonly list: CatalogPage;
  readonly product: CatalogPage;
}

const listed = 200;

/** The page for a load. A body of another length is no answer: nobody buys these products, so it does not change. */
export function pageFor({ path, body }: CatalogPage, baseUrl: string): Page {
  return { baseUrl, path, bodyBytes: body.length };
}

/**
 * A list of 200 products, and one product. The catalog is filled first. Whoever adds products afterwards changes the
 * list, so the users of a load must be known before.
 */
export async function catalogPages(context: Context, platform: Platform): Promise<CatalogPages> {
  context.say('filling the catalog');
  const [productId] = await context.load.run('fillCatalog', { place: placeOf(platform), products: listed });
  return {
    list: await pageAt(platform, `/api/v1/products?page_size=${listed}`),
    product: await pageAt(platform, `/api/v1/products/${productId}`),
  };
}

/** Headers that the connection sets. */
const ofConnection = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding', 'content-length']);

async function pageAt({ api }: Platform, path: string): Promise<CatalogPage> {
  const response = await fetch(api + path, { headers: { 'accept-encoding': 'identity' } });
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !ofConnection.has(name)));
  return { path, headers, body: new Uint8Array(await response.arrayBuffer()) };
}
