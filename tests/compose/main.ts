/**
 * `npm run test:compose [-- <image>]`: brings docker-compose.yml up as a project of its own, on free ports, with a new image
 * or the named one. Buys something through the gateway over REST and gRPC, stops everything and removes it. Without a
 * Docker engine it says so and passes, except in CI.
 */
import { dockerEngine } from '../image/docker.ts';
import { freePort } from '../../testkit/free-port.ts';
import { grpcClient } from '../../testkit/shopper/rpc-client.ts';
import { restClient } from '../../testkit/shopper/rest-client.ts';
import { Shopper } from '../../testkit/shopper/shopper.ts';
import { roles } from '../../runtime/registry.ts';
import { buySomething } from '../image/purchase.ts';
import { findCompose, openCompose, type Compose } from './compose.ts';

const ports = [
  ...['GATEWAY_PORT', 'GATEWAY_HTTP_PORT', 'GATEWAY_GRPC_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT'],
  ...['POSTGRES_PORT', 'REDIS_PORT', 'KAFKA_PORT'],
];
const upWithinSeconds = 900;

function check(what: string, holds: boolean, saw: unknown = ''): void {
  if (!holds) throw new Error(`failed: ${what}; found: ${JSON.stringify(saw)}`);
  console.log(`ok    ${what}`);
}

async function chosenPorts(): Promise<Record<string, string>> {
  // All at once, so that each is taken while the others are chosen.
  return Object.fromEntries(await Promise.all(ports.map(async (name) => [name, String(await freePort())] as const)));
}

/** Uses the running platform as its clients do. */
async function shop(variables: Readonly<Record<string, string>>): Promise<void> {
  for (const name of ['GATEWAY_PORT', 'GATEWAY_HTTP_PORT']) {
    const { orderId, status, paid } = await buySomething(`http://127.0.0.1:${variables[name]}`);
    check(`a checkout at ${name}: ${orderId} ${status}, ${paid} paid`, status === 'ORDER_STATUS_COMPLETED' && paid > 0);
  }
  const grpc = grpcClient(`http://127.0.0.1:${variables['GATEWAY_GRPC_PORT']}`);
  const caller = await new Shopper({ client: grpc }).arrive(0);
  const products = await caller.products({ pageSize: 1 });
  grpc.close();
  check('the catalog over gRPC', products.length === 1, products);
  const client = restClient(`http://127.0.0.1:${variables['GATEWAY_HTTP_PORT']}`);
  const admin = new Shopper({
    client,
    credentials: { email: 'admin@example.com', password: 'admin-development-only' },
  });
  await admin.signIn();
  check('the development administrator signs in', (await admin.me()).roles.includes('admin'));
}

async function upAndDown(compose: Compose, variables: Readonly<Record<string, string>>): Promise<void> {
  await compose.run('up', '--no-build', '--wait', '--wait-timeout', String(upWithinSeconds));
  const running = compose.containers();
  check(`${running.length} containers are up`, running.length > roles.length, running);
  await shop(variables);
  const again = compose.containers().filter(({ restarts }) => restarts > 0);
  check('none was restarted', again.length === 0, again);
  await compose.run('stop');
  const killed = compose.containers().filter(({ service, exitCode }) => isRole(service) && exitCode !== 0);
  check('every role ended by itself, with exit code 0', killed.length === 0, killed);
}

const isRole = (service: string) => roles.some((role) => role === service);

const command = findCompose();
if ('missing' in command) {
  console.log(`skipped: ${command.missing}. Nothing was tested.`);
  process.exit(process.env['CI'] === 'true' ? 1 : 0);
}
const [named] = process.argv.slice(2);
const tag = named ?? 'ecommerce:test-compose';
if (named === undefined) dockerEngine('docker').build(tag);
const variables = { ...(await chosenPorts()), ECOMMERCE_IMAGE: tag };
const compose = openCompose(command, `ecommerce-test-${process.pid}`, variables);
const remove = () => compose.run('down', '--volumes', '--remove-orphans');
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void remove().finally(() => process.exit(130)));
try {
  await upAndDown(compose, variables);
} catch (error) {
  console.error(await compose.logs());
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await remove();
}
