import type { Hono } from 'hono';
import { once, sendAsset, strictPolicy, toAsset } from './assets.ts';
import { faviconIco, faviconSvg } from './favicon.ts';

const icons = {
  '/favicon.svg': once(async () => toAsset('image/svg+xml', faviconSvg)),
  '/favicon.ico': once(async () => toAsset('image/x-icon', faviconIco)),
};

/** Serves the icon of the pages. */
export function mountFavicons(app: Hono): void {
  for (const [path, icon] of Object.entries(icons)) {
    app.get(path, async (context) => sendAsset(context, await icon(), strictPolicy));
  }
}
