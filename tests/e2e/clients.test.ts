import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test, type TestContext } from 'vitest';
import { grpcurl } from '../../deploy/dev/parts/grpcurl-install.ts';
import { buy, cheapest, createShop, reasonOf } from '../../docs/clients/browser.ts';
import { CheckoutState } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { baseUrl, grpcAddress } from './drivers/driver.ts';
import { publicMethods } from './drivers/wire.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/clients/README.md'), 'utf8');
// grpcurl may have to be built from source, once. That takes minutes on a small machine.
const installWithinMs = 540_000;
const installTimeout = { timeout: 600_000 };

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

/** Runs all commands below a heading of the page as one script. @returns what they printed */
async function runSection(heading: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const section = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const commands = [...section.matchAll(/^```bash\n(?<commands>.*?)^```$/gms)].map(
    (match) => match.groups?.['commands'] ?? '',
  );
  expect(commands.length).toBeGreaterThan(4);
  const script = ['set -euo pipefail', ...commands].join('\n');
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env: { ...process.env, ...environment } });
  return stdout;
}

test('the curl commands on the page work', async () => {
  const printed = await runSection('curl', { BASE_URL: baseUrl() });
  expect(printed).toContain('"status":"ORDER_STATUS_COMPLETED"');
  expect(printed).toContain('"changes":[');
});

/** The folder of grpcurl. If grpcurl cannot be installed, the test is skipped with the reason. */
async function grpcurlFolder({ skip }: TestContext): Promise<string> {
  const logFile = join(mkdtempSync(join(tmpdir(), 'grpcurl-')), 'install.log');
  try {
    return dirname(await grpcurl({ logFile, progress: () => {}, signal: AbortSignal.timeout(installWithinMs) }));
  } catch (error) {
    const reason = `skipped, because grpcurl could not be installed: ${String(error)}`;
    console.warn(reason);
    return skip(reason);
  }
}

test('the grpcurl commands on the page work with reflection only', installTimeout, async (context) => {
  const folder = await grpcurlFolder(context);
  const printed = await runSection('grpcurl', {
    PATH: [folder, process.env['PATH']].join(delimiter),
    GRPC_ADDRESS: grpcAddress(),
  });
  expect(page).not.toMatch(/grpcurl[^`]* -(?:proto|import-path)/);
  for (const method of publicMethods) expect(printed).toContain(`${method.parent.typeName}\n`);
  expect(printed).toContain('rpc WatchCheckout');
  expect(printed).toContain('"status": "SERVING"');
  expect(printed).toContain('"state": "CHECKOUT_STATE_SUCCEEDED"');
});
