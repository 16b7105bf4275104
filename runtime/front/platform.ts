import { html } from 'hono/html';
import type { Account } from './accounts.ts';
import { healthCard, type Health } from './health.ts';
import type { Link } from './links.ts';

export interface PlatformOptions {
  readonly health: Health;
  readonly links: readonly Link[];
  readonly accounts: readonly Account[];
}

const commands = [
  'npm run cli -- checkout list',
  'npm run cli -- order explain <order id>',
  'npm run logs -- --order <order id>',
  'npm run status',
];

function linksTo(links: readonly Link[]) {
  const items = links.map(
    ({ href, text, about }) => html`<li><a href="${href}">${text}</a> <span class="quiet">${about}</span></li>`,
  );
  return html`<section aria-labelledby="links">
    <h2 id="links">Where to look</h2>
    <ul>
      ${items}
    </ul>
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

/** The markup of what the platform is: whether it works, and where to go from here. Everybody may see it. */
export function platform({ health, links, accounts }: PlatformOptions) {
  return html`<div data-view="platform">
    <div class="about">
      <h2 id="platform-title" tabindex="-1">Platform</h2>
      <p>
        Users, catalog, wallets, carts and orders. Each checkout is a durable workflow in Temporal: it completes, or
        everything it did is undone, and anybody can see why.
      </p>
    </div>
    <div class="cards">
      ${healthCard(health)} ${linksTo(links)} ${accountsOf(accounts)}
      <section aria-labelledby="commands">
        <h2 id="commands">First commands</h2>
        <ul>
          ${commands.map((command) => html`<li><code>${command}</code></li>`)}
        </ul>
      </section>
    </div>
  </div>`;
}
