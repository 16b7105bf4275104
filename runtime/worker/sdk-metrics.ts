import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Logger } from 'pino';
import { installRuntime } from '../../platform/temporal/sdk-runtime.ts';
import type { ProcessRegistry } from '../../platform/telemetry/registry.ts';

const tries = 3;
const readWithinMs = 2_000;

/**
 * Makes the SDK's runtime and puts its metrics into `/metrics`. The SDK can only serve them itself: on `address`, or on a free
 * port of loopback if there is none.
 */
export async function installMeasuredRuntime(
  logger: Logger,
  registry: ProcessRegistry,
  address: string | undefined,
): Promise<void> {
  const { labels } = registry;
  if (address !== undefined) return expose(registry, address, installRuntime(logger, { address, labels }));
  for (let left = tries; left > 0; left--) {
    const free = `127.0.0.1:${await freePort()}`;
    try {
      return expose(registry, free, installRuntime(logger, { address: free, labels }));
    } catch (error) {
      // Another process has taken the port meanwhile.
      logger.debug({ err: error, address: free }, "the metrics of Temporal's SDK could not be served");
    }
  }
  logger.warn("no port was free for the metrics of Temporal's SDK; it runs without them");
  installRuntime(logger);
}

function expose(registry: ProcessRegistry, address: string, installed: boolean): void {
  if (!installed) return;
  // An address of all interfaces is read through loopback.
  const url = `http://${address.replace(/^(0\.0\.0\.0|\[::\]):/, '127.0.0.1:')}/metrics`;
  registry.append(async () => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(readWithinMs) });
    return answer.text();
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
