import { join } from 'node:path';
import { expect } from 'vitest';
import { audit } from '../../../audit/run.ts';
import { eventually } from '../../../platform/testing/eventually.ts';
import type { Random } from '../../../testkit/random.ts';
import { createTimeline, type Timeline } from '../../../testkit/timeline.ts';
import type { Verdict } from '../../../testkit/verdict/verdict.ts';
import { ask } from './ask.ts';
import { unhurried, type Platform } from './platform.ts';
import { Shopping } from './shopping.ts';

/** A platform with buyers, and the timeline of what was done to it. */
export interface Shop<P extends Platform = Platform> {
  readonly platform: P;
  readonly shopping: Shopping;
  readonly timeline: Timeline;
}

/** Prepares buyers for a platform that runs. */
export async function openToBuyers<P extends Platform>(platform: P, random: Random): Promise<Shop<P>> {
  const shopping = new Shopping(platform.api, random);
  await shopping.readCatalog();
  return { platform, shopping, timeline: createTimeline() };
}

/** Runs SQL on the books of the platform. */
export function sql<Row extends object>({ databaseUrl }: Platform, text: string): Promise<Row[]> {
  return ask(databaseUrl, text);
}

async function completedIn(platform: Platform): Promise<number> {
  const rows = await sql(platform, `select from orders.orders where status = 'COMPLETED'`);
  return rows.length;
}

export interface Crowd {
  readonly more: (count: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Buyers who buy repeatedly until `stop`, so that checkouts are in every stage when a fault comes. */
export async function crowd({ platform, shopping }: Shop, size: number): Promise<Crowd> {
  const buyers = await Promise.all(Array.from({ length: size }, () => shopping.arrive()));
  const ending = new AbortController();
  const running = Promise.allSettled(buyers.map((buyer) => shopping.keepBuying(buyer, ending.signal)));
  return {
    /** Waits until this many more orders are completed. */
    more: async (count: number) => {
      const wanted = (await completedIn(platform)) + count;
      await eventually(
        'more orders',
        async () => {
          const now = await completedIn(platform);
          if (now < wanted) throw new Error(`${now} of ${wanted}`, { cause: shopping.lastTrouble });
        },
        unhurried,
      );
    },
    stop: async () => {
      ending.abort();
      await running;
    },
  };
}

/** Waits until every accepted order exists and has ended. Returns the number of orders by status. */
export async function everyOrderEnds({ platform, shopping }: Shop): Promise<Record<string, number>> {
  return eventually(
    'the end of every order',
    async () => {
      const rows = await sql<{ id: string; status: string }>(platform, 'select id, status from orders.orders');
      const known = new Map(rows.map(({ id, status }) => [id, status]));
      const lost = [...shopping.promised].filter((id) => !known.has(id));
      expect(lost, 'accepted orders that do not exist').toEqual([]);
      const open = rows.filter(({ status }) => status === 'PENDING');
      expect(open, 'orders that have not ended').toEqual([]);
      const count: Record<string, number> = {};
      for (const { status } of rows) count[status] = (count[status] ?? 0) + 1;
      return count;
    },
    unhurried,
  );
}

/** Kills all processes at once while they work, then stops the buyers. */
export async function everythingDies({ platform, timeline }: Shop, load: Crowd): Promise<void> {
  timeline.note('kill -9 of services and Temporal');
  await platform.killAll();
  await load.stop();
}

export async function verdictOf(shop: Shop): Promise<Verdict> {
  const rows = await sql<{ id: string; status: string; reason: string | null }>(
    shop.platform,
    'select id, status, failure_reason as reason from orders.orders',
  );
  const count = (wanted: string) => rows.filter(({ status }) => status === wanted).length;
  const failed = Map.groupBy(
    rows.filter(({ status }) => status === 'FAILED'),
    ({ reason }) => reason ?? 'no reason',
  );
  const findings = await audit(shop.platform.env);
  return {
    accepted: shop.shopping.accepted,
    completed: count('COMPLETED'),
    cancelled: count('CANCELLED'),
    failedByReason: Object.fromEntries([...failed].map(([reason, { length }]) => [reason, length])),
    audited: findings.length,
    lost: [...shop.shopping.promised].filter((id) => !rows.some((row) => row.id === id)),
    doubled: [],
    stuck: rows.filter(({ status }) => status === 'PENDING').map(() => 'an order is still PENDING'),
    broken: brokenOf(findings),
  };
}

const brokenOf = (findings: Awaited<ReturnType<typeof audit>>): string[] =>
  findings.filter(({ violations }) => violations.length > 0).map(({ id }) => id);

/** The ids of the invariants that the audit finds violated. */
export async function broken({ platform }: Shop): Promise<string[]> {
  return brokenOf(await audit(platform.env));
}

/** Waits until the audit finds nothing. */
export const clean = (shop: Shop) =>
  eventually('a clean audit', async () => expect(await broken(shop)).toEqual([]), unhurried);
export const backup = ({ platform }: Shop, name: string) =>
  platform.run('deploy/backup/backup.sh', join(platform.folder, name));
