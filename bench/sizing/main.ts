/**
 * `npm run bench:sizing [seconds]`: how much processor time each part spends on each thing that people do. Rates depend on
 * how many cores there are and on what else they do; time spent per call much less, and from it follows what one core
 * of each part bears. Every role is a process of its own, behind the gateway. Linux only.
 */
import { attachStack } from '../../deploy/dev/supervisor/attach.ts';
import { roles } from '../../runtime/registry.ts';
import { connectDoor } from '../../testkit/shopper/rpc-door.ts';
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
// A server that is not of this stack, but named by the caller's environment, is left out.
const pids = parts.flatMap((part) => {
  const pid = stack.pid(part);
  return pid === undefined ? [] : [[part, pid] as const];
});
const usedMs = () => new Map(pids.map(([part, pid]) => [part, processorMs(pid)]));

/**
 * Runs it, once to let the code get warm and once more to measure, and prints the rate, and processor time in ms per call
 * for each part that spent a hundredth of a ms or more.
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

/** What the parts spend while nobody calls stands in all other figures, too. */
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
const anybody = new Shopper({ door: connectDoor(baseUrl) });
for (const { name, once } of operationsOf(anybody, buyers)) {
  await measure(name, () =>
    drive(users, seconds, async (user) => {
      const started = performance.now();
      await once(user);
      return performance.now() - started;
    }),
  );
}
