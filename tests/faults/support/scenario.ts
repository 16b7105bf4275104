import { test } from 'vitest';
import { inflict, perform, type Act, type Fault } from './chaos.ts';
import { recordFigures } from './figures.ts';
import { startLoad, type Load, type LoadOptions } from './load.ts';
import { openParts, type Parts } from './parts.ts';
import { within } from './patience.ts';
import { openProxies, type Proxies } from './proxies.ts';
import { createRandom, seedFrom, type Random } from './random.ts';
import { openShop, type Shop } from './shop.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { violationsOf } from './accounts.ts';
import { judge, type Verdict } from './verdict.ts';

/** What a fault test works with. */
export interface Scenario {
  readonly random: Random;
  readonly timeline: Timeline;
  readonly parts: Parts;
  /** Undefined where the stack has no proxies. */
  readonly proxies: Proxies | undefined;
  readonly shop: Shop;
  load(options: Omit<LoadOptions, 'shop' | 'random'>): Promise<Load>;
  inflict(fault: Fault): Promise<void>;
  perform(acts: readonly Act[]): Promise<void>;
  /**
   * Repairs everything, waits for every end within 60 s and counts what is wrong. Throws with all of it unless there is
   * nothing.
   */
  judge(): Promise<Verdict>;
}

const base = seedFrom(process.env);
const howMany = Math.max(1, Number(process.env['FAULT_SEEDS'] ?? 1));
const seeds = Array.from({ length: howMany }, (_, index) => base + index);

export interface ScenarioOptions {
  /** Covers one run. Default four minutes. */
  readonly timeoutMs?: number;
  /** It is skipped where the stack has no proxies. */
  readonly needsProxies?: boolean;
}

// What a run that takes too long leaves for repairing and telling.
const repairMs = 30_000;
const proxiesUrl = process.env['FAULTS_CONTROL_URL'];

/**
 * A test that draws its numbers from a seed: it runs once for each of `--seeds`. A failure shows the seed and what was
 * done when.
 */
export function scenario(
  name: string,
  run: (scenario: Scenario) => Promise<void>,
  { timeoutMs = 240_000, needsProxies = false }: ScenarioOptions = {},
): void {
  const skip = needsProxies && proxiesUrl === undefined;
  test.each(seeds)(`${name} (seed %i)`, { timeout: timeoutMs, skip }, async (seed) =>
    withScenario(name, seed, (given) => within(run(given), timeoutMs - repairMs)),
  );
}

async function withScenario(name: string, seed: number, run: (scenario: Scenario) => Promise<void>): Promise<void> {
  const timeline = createTimeline();
  const shop = openShop(addresses());
  const began = performance.now();
  let verdict: Verdict | undefined;
  try {
    const parts = openParts(needed('ECOMMERCE_STACK_STATE'), timeline);
    const proxies = proxiesUrl === undefined ? undefined : await openProxies(proxiesUrl, timeline);
    const random = createRandom(seed).fork(name);
    try {
      await run({
        random,
        timeline,
        parts,
        proxies,
        shop,
        load: (options) => startLoad({ ...options, shop, random: random.fork('load') }),
        inflict: (fault) => inflict(fault, { parts, proxies }),
        perform: (acts) => perform(acts, { parts, proxies }),
        judge: async () => (verdict = await judgeHealed(shop, parts, proxies, timeline)),
      });
    } finally {
      await proxies?.clear();
      await parts.heal();
    }
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const again = `FAULTS_SEED=${seed} repeats it. What was done:\n${timeline.toString()}`;
    throw new Error(`${told}\n${again}\nUnanswered: ${unanswered(shop)}`, { cause: error });
  } finally {
    shop.close();
    const seconds = (performance.now() - began) / 1000;
    recordFigures({ name, seed, seconds, timeline, verdict, unanswered: unanswered(shop) });
  }
}

async function judgeHealed(
  shop: Shop,
  parts: Parts,
  proxies: Proxies | undefined,
  timeline: Timeline,
): Promise<Verdict> {
  await proxies?.clear();
  await parts.heal();
  const verdict = await judge(shop, process.env);
  timeline.note('judged');
  const violations = violationsOf(verdict);
  if (violations.length > 0) throw new Error(`${violations.length} violations:\n${violations.join('\n')}`);
  return verdict;
}

function unanswered(shop: Shop): string {
  return [...shop.memory.unanswered].map(([status, count]) => `${status} × ${count}`).join(', ') || 'none';
}

function addresses() {
  return {
    api: needed('ECOMMERCE_API_URL'),
    grpc: needed('ECOMMERCE_GRPC_URL'),
    admin: { email: needed('ADMIN_EMAIL'), password: needed('ADMIN_PASSWORD') },
  };
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run these tests with \`npm test\``);
  return value;
}
