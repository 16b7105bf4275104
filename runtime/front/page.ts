import { html } from 'hono/html';
import { header } from './header.ts';
import { myOrders, order } from './orders.ts';
import { platform, type PlatformOptions } from './platform.ts';
import { cart, shop } from './shop.ts';
import { signIn } from './sign-in.ts';
import { nothing, support } from './support.ts';

export interface FrontPage extends PlatformOptions {
  readonly freeTopUp: boolean | undefined;
  /** The list of workflows in Temporal's Web UI; undefined if nobody can reach it. */
  readonly workflows: string | undefined;
}

/**
 * The page at `/`. Each view has an address in the fragment, such as `#/orders/<id>`, which the script follows
 * (deploy/front/browser). The script needs the ids that stand in the markup.
 */
export async function frontPage({ freeTopUp, workflows, ...about }: FrontPage): Promise<string> {
  const data = workflows === undefined ? '' : html`data-workflows="${workflows}"`;
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>E-commerce backend</title>
        <link rel="icon" href="/favicon.svg" />
        <link rel="stylesheet" href="/front/style.css" />
        <script type="module" src="/front/health.js"></script>
        <script type="module" src="/front/shop.js"></script>
      </head>
      <body>
        ${header({ freeTopUp })}
        <main id="main" ${data}>
          <p id="message" class="failed" role="alert"></p>
          ${signIn()} ${shop()} ${cart()} ${myOrders()} ${order()} ${support()} ${nothing()} ${platform(about)}
          <p id="news" role="status"></p>
        </main>
      </body>
    </html> `;
  return page.toString();
}
