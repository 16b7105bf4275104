import type { Hono } from 'hono';
import { readFile } from 'node:fs/promises';
import type { Readiness } from '../../platform/rpc/server/readiness.ts';
import { once, sendAsset, strictPolicy, toAsset } from '../../platform/rpc/web/assets.ts';
import { healthOf } from './health.ts';
import { linksOf, workflowsPage } from './links.ts';
import type { FrontPageOptions } from './options.ts';
import { frontPage } from './page.ts';
import { healthScript } from './script.ts';
import { style } from './style.ts';

/** Made by `npm run generate` from deploy/front/browser. */
const shopScript = new URL('../../proto/gen/front/shop.js', import.meta.url);
/** The page reaches only its own origin. */
const policy = `${strictPolicy}; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'`;

/** Serves the front page at `/`, and its files and the health that it shows below `/front/`. */
export function mountFrontPage(options: FrontPageOptions): (app: Hono, readiness: Readiness) => void {
  const files = {
    '/front/style.css': once(async () => toAsset('text/css; charset=utf-8', style)),
    '/front/shop.js': once(async () => toAsset('text/javascript; charset=utf-8', await readFile(shopScript))),
    '/front/health.js': once(async () => toAsset('text/javascript; charset=utf-8', healthScript)),
  };
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  return (app, readiness) => {
    const health = async () => {
      const [report, elsewhere] = await Promise.all([readiness.report(), options.elsewhere()]);
      return healthOf(report, elsewhere);
    };
    app.get('/', async (context) => {
      const { accounts, freeTopUp } = options;
      const links = linksOf(options);
      const workflows = workflowsPage(options);
      const page = await frontPage({ health: await health(), accounts, links, freeTopUp, workflows });
      return context.html(page, 200, headers);
    });
    app.get('/front/health.json', async (context) => context.json(await health(), 200, headers));
    for (const [path, file] of Object.entries(files)) {
      app.get(path, async (context) => sendAsset(context, await file(), policy));
    }
  };
}
