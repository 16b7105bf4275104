import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { ReadinessReport } from '../../platform/rpc/server/readiness.ts';
import { readProcessConfig } from '../../platform/config/process-config.ts';
import { developmentAccounts } from './accounts.ts';
import type { Health } from './health.ts';
import { mountFrontPage } from './mount.ts';
import type { FrontPageOptions } from './options.ts';

const usual: FrontPageOptions = {
  temporal: { uiUrl: 'http://127.0.0.1:8233', namespace: 'default' },
  grafanaUrl: undefined,
  accounts: developmentAccounts({}),
  freeTopUp: true,
  elsewhere: async () => ({}),
  isDirect: true,
};

const well: ReadinessReport['checks'] = { 'wallet.postgres': 'ok', 'sso.redis': 'ok' };

function createApp(options: Partial<FrontPageOptions> = {}, checks = well): Hono {
  const app = new Hono();
  const ready = !Object.values(checks).includes('failed');
  const report = async () => ({ ready, checks });
  mountFrontPage({ ...usual, ...options })(app, { report, setOpen: () => undefined, isOpen: () => true });
  return app;
}

const pageOf = async (options: Partial<FrontPageOptions> = {}) => (await createApp(options).request('/')).text();

const healthOf = async (checks: ReadinessReport['checks'], options: Partial<FrontPageOptions> = {}) => {
  const answer = await createApp(options, checks).request('/front/health.json');
  return (await answer.json()) as Health;
};
const stateOf = (parts: Health['servers']) => Object.fromEntries(parts.map(({ name, state }) => [name, state]));

test('the page shows the health, and its script gets the same', async () => {
  const page = await (await createApp().request('/')).text();
  expect(page).toMatch(/<span>Postgres<\/span><strong class="ok">ok<\/strong>/);
  const { ready, checks, servers, services, summary } = await healthOf(well);
  expect({ ready, checks, summary }).toEqual({ ready: true, checks: well, summary: 'Ready: it takes calls.' });
  for (const { name } of [...servers, ...services]) expect(page).toContain(`<span>${name}</span>`);
});

test('the health lists every server, and says of one that is away what is true without it', async () => {
  const { servers, summary } = await healthOf({
    'sso.postgres': 'ok',
    'sso.redis': 'degraded',
    'cart.redis': 'ok',
    'relay.kafka': 'degraded',
    'checkout.temporal': 'ok',
    'checkout.worker': 'degraded',
  });
  const expected = { Postgres: 'ok', Redis: 'degraded', Kafka: 'degraded', Temporal: 'ok' };
  expect(stateOf(servers)).toEqual({ ...expected, 'Checkout worker': 'degraded' });
  expect(summary).toBe('Ready: it takes calls, but a part is away.');
  const notes = Object.fromEntries(servers.map(({ name, note }) => [name, note]));
  expect(notes['Postgres']).toBe('');
  expect(notes['Redis']).toContain('Reads are slower');
  expect(notes['Kafka']).toContain('Events wait in the outbox');
  expect(notes['Checkout worker']).toContain('Accepted orders wait');
  const without = await healthOf({ 'sso.postgres': 'ok' });
  expect(stateOf(without.servers)).toMatchObject({ Redis: 'unused', Kafka: 'unused' });
  // This process would use Redis if it were set up. Whether others have Kafka is not for it to say.
  const reasons = Object.fromEntries(without.servers.map(({ name, note }) => [name, note]));
  expect(reasons['Redis']).toContain('Not set up');
  expect(reasons['Kafka']).toContain('cannot tell');
  const starting = await healthOf({ 'worker.temporal.start': 'failed', 'worker.temporal': 'degraded' });
  expect(starting.summary).toContain('Not ready');
  expect(stateOf(starting.servers)).toMatchObject({ Temporal: 'failed' });
});

test('the health lists the services of this process and of the others', async () => {
  const elsewhere = async () => ({ cart: true, order: false });
  const { services } = await healthOf({ 'sso.postgres': 'ok', 'wallet.postgres': 'failed' }, { elsewhere });
  expect(stateOf(services)).toEqual({ Accounts: 'ok', Wallet: 'failed', Cart: 'ok', Orders: 'failed' });
});

test('a checkout is away with a service that each checkout needs, here or elsewhere', async () => {
  const checkout = { 'checkout.temporal': 'ok' } as const;
  const { services } = await healthOf({ ...checkout, 'cart.postgres': 'ok', 'order.postgres': 'failed' });
  expect(stateOf(services)).toEqual({ Cart: 'ok', Orders: 'failed', Checkout: 'failed' });
  expect(services.find(({ name }) => name === 'Checkout')?.note).toContain('Orders');
  const apart = await healthOf(checkout, { elsewhere: async () => ({ wallet: false, cart: true }) });
  expect(stateOf(apart.services)).toEqual({ Wallet: 'failed', Cart: 'ok', Checkout: 'failed' });
});

test('the page loads everything from this origin and may reach no other', async () => {
  const app = createApp();
  const page = await app.request('/');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const html = await page.text();
  expect(html).not.toMatch(/<style|<script(?! type="module" src)| style=| on[a-z]+=/);
  const loaded = [...html.matchAll(/(?:src|rel="stylesheet" href)="(?<path>[^"]+)"/g)].map(
    ({ groups }) => groups?.['path'],
  );
  expect(loaded).toEqual(['/front/style.css', '/front/health.js', '/front/shop.js']);
  for (const path of loaded) expect((await app.request(path ?? '')).status, path).toBe(200);
});

test('it leads to the failed and the running orders in Temporal, and to Grafana if there is one', async () => {
  const page = await pageOf({ grafanaUrl: 'http://grafana.example' });
  const failed = encodeURIComponent('CheckoutStatus="FAILED"');
  expect(page).toContain(`href="http://127.0.0.1:8233/namespaces/default/workflows?query=${failed}"`);
  expect(page).toContain('href="http://grafana.example"');
  const less = await pageOf({ temporal: { uiUrl: undefined, namespace: 'default' }, isDirect: false });
  expect(less).not.toMatch(/Temporal<\/a>|Grafana|\/metrics/);
  // The script leads to workflows by this.
  expect(page).toContain('data-workflows="http://127.0.0.1:8233/namespaces/default/workflows"');
  expect(less).not.toContain('data-workflows');
});

test('where users cannot add money themselves, the page says what to do instead of offering it', async () => {
  const offer = /<button id="top-up"[^>]*?(?<hidden>hidden)?\s*>/;
  const instead = /<p id="no-top-up"[^>]*?(?<hidden>hidden)?\s*>/;
  const hiddenOn = async (freeTopUp: boolean | undefined) => {
    const page = await pageOf({ freeTopUp });
    return [offer, instead].map((part) => part.exec(page)?.groups?.['hidden'] === 'hidden');
  };
  expect(await hiddenOn(false)).toEqual([true, false]);
  expect(await hiddenOn(true)).toEqual([false, true]);
  // The wallet is another process: the page learns by trying.
  expect(await hiddenOn(undefined)).toEqual([false, true]);
  expect(await pageOf({ freeTopUp: false })).toContain('wallet credit');
});

test('it names the accounts of development, none of production, and never a password of somebody’s own', async () => {
  expect(await pageOf()).toContain('demo-development-only');
  expect(developmentAccounts({ APP_ENV: 'production' })).toEqual([]);
  expect(developmentAccounts({ ADMIN_PASSWORD: 'admin-development-only' })).toHaveLength(2);
  const own = developmentAccounts({ ADMIN_PASSWORD: 'my own password', DEMO_EMAIL: 'me@example.com' });
  expect(own).toEqual([]);
  expect(await pageOf({ accounts: own })).not.toContain('id="accounts"');
});

test.each([
  [{}, true],
  [{ APP_ENV: 'production' }, false],
  [{ APP_ENV: 'production', FRONT_PAGE: 'true' }, true],
  [{ FRONT_PAGE: 'false' }, false],
])('with %j the page is there: %s', (env, isThere) => {
  expect(readProcessConfig(env).frontPage).toBe(isThere);
});
