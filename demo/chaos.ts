import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../platform/testing/eventually.ts';
import { startLoad, type Load } from '../testkit/load.ts';
import { createRandom } from '../testkit/random.ts';
import { openShop, type Shop } from '../testkit/shopper/shop.ts';
import { openParts, serviceRoles, type Parts } from '../testkit/stack/parts.ts';
import { stackAddresses } from '../testkit/stack/stack.ts';
import { createTimeline, type Timeline } from '../testkit/timeline.ts';
import { judge, type Verdict } from '../testkit/verdict/verdict.ts';

export interface ChaosOptions {
  /** State file of the stack, see `attachStack`. */
  readonly stateFile: string;
  /** Decides what is killed and when, and what the customers do. */
  readonly seed: number;
  /** For how many seconds processes are killed. */
  readonly seconds: number;
}

const customers = 16;
const newsEveryMs = 10_000;
const longestWaitMs = 6000;
const mostPerPart = 6;
const inList = (parts: readonly string[]) => parts.join(', ');

/** Customers shop while random processes are killed. Then orders, money and stock are checked. Returns the exit code. */
export async function runChaos({ stateFile, seed, seconds }: ChaosOptions): Promise<number> {
  const shop = openShop(stackAddresses());
  let load: Load | undefined;
  const timeline = createTimeline((at, what) => {
    const inFlight = load === undefined ? 0 : load.begun() - load.ended();
    line(at, what.startsWith('kill') ? `${what} with ${inFlight} checkouts in flight` : what);
  });
  const parts = openParts(stateFile, timeline);
  const victims = victimsOf(parts);
  console.log(
    `\nCustomers shop for ${seconds} s. Meanwhile these processes are killed with -9 at random (seed ${seed}):`,
  );
  console.log(`  ${inList(victims.map(nameForPeople))}\n`);
  const random = createRandom(seed);
  load = await startLoad({ shop, random: random.fork('customers'), buyers: customers });
  timeline.note(`${customers} customers have registered and topped up their wallets; they begin to shop`);
  const trouble = await shopAndKill(load, { parts, random, seconds, timeline, victims });
  timeline.note('every customer has seen the end of each order; now everything is counted');
  const verdict = await judge(shop, process.env);
  shop.close();
  return report({ verdict, timeline, shop, seed, trouble, victims });
}

interface Killing {
  readonly parts: Parts;
  readonly random: ReturnType<typeof createRandom>;
  readonly seconds: number;
  readonly timeline: Timeline;
  readonly victims: readonly string[];
}

/** Returns the error of a customer who gave up; undefined if none did. */
async function shopAndKill(load: Load, killing: Killing): Promise<string | undefined> {
  const { parts, timeline } = killing;
  const news = setInterval(
    () => timeline.note(`${load.begun()} checkouts have begun, ${load.ended()} have ended`),
    newsEveryMs,
  );
  try {
    await killAtRandom(load, killing);
    timeline.note('no more kills; waiting until all processes are healthy and every order has ended');
    await parts.heal();
    await load.stop();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearInterval(news);
  }
}

/** After each kill waits until some orders have ended, at most 6 s. So some kills come while other parts are down. */
async function killAtRandom(load: Load, { parts, random, seconds, victims }: Killing): Promise<void> {
  const kills = random.fork('kills');
  const over = performance.now() + seconds * 1000;
  const times = new Map<string, number>();
  for (;;) {
    const [victim, pauseMs, orders] = [kills.pick(victims), kills.between(500, 2500), kills.between(2, 10)];
    await sleep(pauseMs);
    const goal = load.ended() + orders;
    await until(
      () => load.ended(),
      (ended) => ended >= goal,
      { withinMs: longestWaitMs, everyMs: 20 },
    );
    if (performance.now() > over) return;
    const killed = times.get(victim) ?? 0;
    // The launcher gives a part up if it ends more than eight times a minute.
    if (killed >= mostPerPart || !parts.isUp(victim)) continue;
    times.set(victim, killed + 1);
    parts.kill(victim);
  }
}

/** Every part of ours, each process of one that several share, and the two servers that hold state. */
function victimsOf(parts: Parts): string[] {
  const all = new Set([...serviceRoles, 'temporal' as const, 'postgres' as const].flatMap((role) => parts.of(role)));
  return [...all].flatMap((part) => [part, ...parts.sharing(part)]);
}

function nameForPeople(victim: string): string {
  if (victim === 'app') return 'app (all processes of the services)';
  return victim.startsWith('app/') ? `${victim} (one of them)` : victim;
}

interface Outcome {
  readonly verdict: Verdict;
  readonly timeline: Timeline;
  readonly shop: Shop;
  readonly seed: number;
  readonly trouble: string | undefined;
  readonly victims: readonly string[];
}

function report({ verdict, timeline, shop, seed, trouble, victims }: Outcome): number {
  const { lost, doubled, stuck, broken, failedByReason } = verdict;
  const others = [...broken, ...(trouble === undefined ? [] : [trouble])];
  const wrong = [...lost, ...doubled, ...stuck, ...others];
  const kills = victims.map((part) => `${part} ${timeline.count(`kill -9 ${part} `)}`);
  const failures = Object.entries(failedByReason).map(([reason, count]) => `${reason} ${count}`);
  const retries = [...shop.memory.unanswered.values()].reduce((sum, count) => sum + count, 0);
  const failed = Object.values(failedByReason).reduce((sum, count) => sum + count, 0);
  console.log('\nResult');
  console.log(`  checkouts accepted  ${verdict.accepted}`);
  console.log(`  completed           ${verdict.completed}`);
  console.log(`  failed              ${failed}${failures.length > 0 ? ` (${inList(failures)})` : ''}`);
  console.log(`  cancelled           ${verdict.cancelled} (before payment, or refunded)`);
  console.log(`  kills               ${timeline.count('kill -9')} (${inList(kills)})`);
  console.log(`  calls repeated      ${retries}`);
  console.log(`  audit               ${verdict.audited} invariants checked, ${others.length} broken`);
  for (const what of wrong) console.log(`  ✗ ${what}`);
  console.log(`\n${lost.length} lost, ${doubled.length} doubled, ${stuck.length} stuck`);
  console.log(`To repeat it: npm run demo -- --chaos --seed ${seed}`);
  return wrong.length === 0 ? 0 : 1;
}

function line(seconds: number, what: string): void {
  console.log(`${seconds.toFixed(1).padStart(7)} s  ${what}`);
}
