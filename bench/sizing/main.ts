/**
 * `npm run bench:sizing [seconds]`: the processor time that each part spends on one call of each operation. A rate depends
 * on the machine's cores and its other load; processor time for one call depends on them far less, and tells how many
 * calls one core can serve. Every role runs in a separate process behind the gateway. Linux only.
 */
import { attachStack } from '../../deploy/dev/supervisor/attach.ts';
import { roles } from '../../runtime/registry.ts';
import { connectClient } from '../../testkit/shopper/rpc-client.ts';
import { Shopper } from '../../testkit/shopper/shopper.ts';
import { setting } from '../../testkit/stack/stack.ts';
import { measureCheckouts, prepareBuyers } from '../checkouts.ts';
import { startEmptyWorkflows } from '../empty-workflows.ts';
import { drive, type Measured } from '../statistics.ts';
import { processorMs } from './cpu.ts';
import { operationsOf } from './operations.ts';

const parts = [...roles, 'gateway', 'postgres', 'redis', 'kafka', 'temporal'];
const users = 16;
const seconds = Number(process.argv[2] ?? 10);

const stack = attachStack(setting('ECOMMERCE_STACK_STATE'));
// A server that the environment names instead of the stack has no pid here and is left out.
const pids = parts.flatMap((part) => {
  const pid = stack.pid(part);
  return pid === undefined ? [] : [[part, pid] as const];
});
const usedMs = () => new Map(pids.map(([part, pid]) => [part, processorMs(pid)]));

/**
 * Runs the load twice: once to warm the code up, once to measure. Prints the rate, and for each part the processor time
 * of one call in ms. Parts below 0.01 ms are left out.
 */
async function measure(what: string, run: () => Promise<Measured>): Promise<void> {
  await run();
  const before = usedMs();
  const { all, perSecond, p50, p99 } = await run();
  const after = usedMs();
  const spent = pids.flatMap(([part]) => {
    const ms = ((after.get(part) ?? 0) - (before.get(part) ?? 0)) / all;
    return ms < 0.01 ? [] : [`${part} ${ms < 1 ? ms.toFixed(2) : ms.toFixed(1)}`];
  });
  const times = `p50 ${p50.toFixed(0)} ms  p99 ${p99.toFixed(0)} ms`;
  console.log(`${what.padEnd(16)} ${perSecond.toFixed(1).padStart(7)}/s  ${times}\n    ms each: ${spent.join(', ')}`);
}

/** Measures the idle cost of the parts, which all other figures include. */
function second(): Promise<number> {
  return new Promise((resolve) => setTimeout(resolve, 1000, 1000));
}

const baseUrl = setting('ECOMMERCE_API_URL');
await measure('a second idle', () => drive(1, seconds, second));
const empty = await startEmptyWorkflows();
await measure('empty workflow', () => empty.measure(users, seconds));
await empty.close();
const buyers = await prepareBuyers(baseUrl, users);
await measure('checkout', () => measureCheckouts(buyers, users, seconds));
for (const { shopper, product } of buyers) await shopper.add(product.productId, 1);
const anybody = new Shopper({ client: connectClient(baseUrl) });
for (const { name, once } of operationsOf(anybody, buyers)) {
  await measure(name, () =>
    drive(users, seconds, async (user) => {
      const started = performance.now();
      await once(user);
      return performance.now() - started;
    }),
  );
}
