import { test } from 'vitest';
import { startLoad, type Load, type LoadOptions } from '../../../testkit/load.ts';
import { createRandom, seedsFrom, type Random } from '../../../testkit/random.ts';
import { openShop, type Shop } from '../../../testkit/shopper/shop.ts';
import { inflict, perform, type Act, type Fault } from '../../../testkit/stack/chaos.ts';
import { openParts, type Parts } from '../../../testkit/stack/parts.ts';
import { openProxies, type Proxies } from '../../../testkit/stack/proxies.ts';
import { setting, stackAddresses } from '../../../testkit/stack/stack.ts';
import { createTimeline, type Timeline } from '../../../testkit/timeline.ts';
import { violationsOf } from '../../../testkit/verdict/accounts.ts';
import { judge, type Verdict } from '../../../testkit/verdict/verdict.ts';
import { within } from '../../../testkit/within.ts';
import { serviceAddresses } from './addresses.ts';
import { recorded } from './figures.ts';
import { startOwn } from './own-process.ts';

/** What a fault test works with. */
export interface Scenario {
  readonly random: Random;
  readonly timeline: Timeline;
  readonly parts: Parts;
  /** Undefined where the stack has no proxies. */
  readonly proxies: Proxies | undefined;
  readonly shop: Shop;
  /** Registers what is done when the run is over, also after a timeout. The last registered comes first. */
  readonly atEnd: (close: () => Promise<void>) => void;
  load(options: Omit<LoadOptions, 'shop' | 'random'>): Promise<Load>;
  inflict(fault: Fault): Promise<void>;
  perform(acts: readonly Act[]): Promise<void>;
  /**
   * Repairs everything, waits up to 60 s until every order has ended, and checks everything.
   * @throws Error with all violations, if there are any
   */
  judge(): Promise<Verdict>;
}

export interface ScenarioOptions {
  /** Timeout of one run. Default: four minutes. */
  readonly timeoutMs?: number;
  /** Skips the test if the stack has no proxies. */
  readonly needsProxies?: boolean;
  /** Settings of a separate checkout process, which then takes all checkouts of the test. */
  readonly checkoutSettings?: Readonly<Record<string, string>>;
}

// The part of the timeout that is kept for repairs and the report.
const repairMs = 30_000;
const proxiesUrl = process.env['FAULTS_CONTROL_URL'];

/**
 * A test whose random numbers come from a seed. It runs once for each of `--seeds`. A failure shows the seed and the
 * timeline.
 */
export function scenario(
  name: string,
  run: (scenario: Scenario) => Promise<void>,
  { timeoutMs = 240_000, needsProxies = false, checkoutSettings }: ScenarioOptions = {},
): void {
  const skip = needsProxies && proxiesUrl === undefined;
  test.each(seedsFrom(process.env))(`${name} (seed %i)`, { timeout: timeoutMs, skip }, async (seed) =>
    withCheckouts(checkoutSettings, (checkouts) =>
      withScenario({ name, seed, checkouts }, (given) => within(run(given), timeoutMs - repairMs)),
    ),
  );
}

async function withCheckouts(
  settings: Readonly<Record<string, string>> | undefined,
  run: (api: string | undefined) => Promise<void>,
): Promise<void> {
  if (settings === undefined) return run(undefined);
  const own = await startOwn(['checkout'], {
    JWKS_URL: `${stackAddresses().api}/.well-known/jwks.json`,
    ...serviceAddresses(),
    ...settings,
  });
  try {
    await run(own.api);
  } finally {
    await own.terminate();
  }
}

interface Run {
  readonly name: string;
  readonly seed: number;
  /** HTTP address of the process that takes the checkouts, if it is a separate one. */
  readonly checkouts: string | undefined;
}

async function withScenario({ name, seed, checkouts }: Run, run: (scenario: Scenario) => Promise<void>): Promise<void> {
  const timeline = createTimeline();
  const shop = openShop({ ...stackAddresses(), checkouts });
  try {
    await recorded({ name, seed, timeline, unanswered: () => unanswered(shop) }, async (judged) => {
      const parts = openParts(setting('ECOMMERCE_STACK_STATE'), timeline);
      const proxies = proxiesUrl === undefined ? undefined : await openProxies(proxiesUrl, timeline);
      const random = createRandom(seed).fork(name);
      const judgeNow = async () => {
        await proxies?.clear();
        await parts.heal();
        const verdict = await judge(shop, process.env);
        timeline.note('judged');
        judged(verdict);
        const violations = violationsOf(verdict);
        if (violations.length > 0) throw new Error(`${violations.length} violations:\n${violations.join('\n')}`);
        return verdict;
      };
      const closing: (() => Promise<void>)[] = [];
      try {
        await run({
          random,
          timeline,
          parts,
          proxies,
          shop,
          atEnd: (close) => void closing.unshift(close),
          load: (options) => startLoad({ ...options, shop, random: random.fork('load') }),
          inflict: (fault) => inflict(fault, { parts, proxies }),
          perform: (acts) => perform(acts, { parts, proxies }),
          judge: judgeNow,
        });
      } finally {
        for (const close of closing) await close();
        await proxies?.clear();
        await parts.heal();
      }
    });
  } finally {
    shop.close();
  }
}

function unanswered(shop: Shop): string {
  return [...shop.memory.unanswered].map(([status, count]) => `${status} × ${count}`).join(', ') || 'none';
}
