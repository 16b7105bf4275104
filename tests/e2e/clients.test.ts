import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { buy, cheapest, createShop, reasonOf } from '../../docs/clients/browser.ts';
import { CheckoutState } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { baseUrl } from './drivers/driver.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/clients/README.md'), 'utf8');

describe('the web page’s client', () => {
  test('registers, buys and follows the order to its end', async () => {
    const shop = createShop(baseUrl());
    const credentials = { email: `browser-${randomUUID()}@example.com`, password: 'correct horse battery' };
    await shop.register(credentials);
    await shop.signIn(credentials);
    await shop.refresh();
    await shop.wallet.createWallet({});
    const product = await cheapest(shop, 'Garden');
    await shop.cart.addItem({ productId: product.productId, quantity: 1 });

    const states: CheckoutState[] = [];
    expect(await buy(shop, (state) => states.push(state))).toBe(CheckoutState.FAILED);
    await shop.wallet.topUp({ amount: { currencyCode: 'USD', minorUnits: 100_000n }, requestId: randomUUID() });
    expect(await buy(shop, (state) => states.push(state))).toBe(CheckoutState.SUCCEEDED);
    expect(states).toContain(CheckoutState.SUCCEEDED);
  });

  test('reads the reason of a refusal', async () => {
    const shop = createShop(baseUrl());
    const refused: unknown = await shop
      .signIn({ email: 'nobody@example.com', password: 'wrong' })
      .catch((error: unknown) => error);
    expect(reasonOf(refused)).toBe('INVALID_CREDENTIALS');
  });
});

test('the page’s curl commands work as they stand there', async () => {
  const commands = [...page.matchAll(/^```bash\n(?<commands>.*?)^```$/gms)].map(
    (match) => match.groups?.['commands'] ?? '',
  );
  expect(commands.length).toBeGreaterThan(5);
  const script = ['set -euo pipefail', ...commands].join('\n');
  const run = promisify(execFile)('bash', ['-c', script], { env: { ...process.env, BASE_URL: baseUrl() } });
  const { stdout } = await run;
  expect(stdout).toContain('"status":"ORDER_STATUS_COMPLETED"');
  expect(stdout).toContain('"changes":[');
});
