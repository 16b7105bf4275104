import { html } from 'hono/html';
import type { ReadinessReport } from '../../platform/rpc/server/readiness.ts';
import { admin } from './admin.ts';
import type { Account } from './accounts.ts';
import type { Link } from './links.ts';
import { shop } from './shop.ts';

export interface FrontPage {
  readonly report: ReadinessReport;
  readonly links: readonly Link[];
  readonly accounts: readonly Account[];
  readonly freeTopUp: boolean | undefined;
  /** The list of workflows in Temporal's Web UI. */
  readonly workflows: string | undefined;
}

const commands = [
  'npm run cli -- checkout list',
  'npm run cli -- order explain <order id>',
  'npm run logs -- --order <order id>',
  'npm run status',
];

function health({ ready, checks }: ReadinessReport) {
  const rows = Object.entries(checks).map(
    ([name, state]) => html`<li>${name.replace('.', ' · ')}<strong class="${state}">${state}</strong></li>`,
  );
  const summary = ready ? 'Ready: it takes calls.' : 'Not ready: a part that it needs does not answer.';
  return html`<section class="tall" aria-labelledby="health">
    <h2 id="health">Health</h2>
    <p id="summary" role="status">${summary}</p>
    <ul id="checks" class="checks">
      ${rows}
    </ul>
    <p class="quiet">As the process sees it that has answered you.</p>
  </section>`;
}

function accountsOf(accounts: readonly Account[]) {
  if (accounts.length === 0) return '';
  const rows = accounts.map(
    ({ who, email, password }) =>
      html`<dt>${who}</dt>
        <dd><code>${email}</code><br /><code>${password}</code></dd>`,
  );
  return html`<section aria-labelledby="accounts">
    <h2 id="accounts">Accounts</h2>
    <dl>${rows}</dl>
    <p class="quiet">For development only: everybody knows these passwords.</p>
  </section>`;
}

/** The page at `/`: what this is, whether it works, and where to go from here. */
export async function frontPage({ report, links, accounts, freeTopUp, workflows }: FrontPage): Promise<string> {
  const items = links.map(
    ({ href, text, about }) => html`<li><a href="${href}">${text}</a> <span class="quiet">${about}</span></li>`,
  );
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
        <header>
          <h1>E-commerce backend</h1>
          <p>
            Users, catalog, wallets, carts and orders. Each checkout is a durable workflow in Temporal: it completes, or
            everything it did is undone, and anybody can see why.
          </p>
        </header>
        <main>
          <p id="message" class="failed" role="alert"></p>
          ${shop({ workflows, freeTopUp })} ${admin()} ${health(report)}
          <section class="${accounts.length === 0 ? 'broad' : ''}" aria-labelledby="links">
            <h2 id="links">Where to look</h2>
            <ul>
              ${items}
            </ul>
          </section>
          ${accountsOf(accounts)}
          <section class="broad" aria-labelledby="commands">
            <h2 id="commands">First commands</h2>
            <ul>
              ${commands.map((command) => html`<li><code>${command}</code></li>`)}
            </ul>
          </section>
        </main>
      </body>
    </html> `;
  return page.toString();
}
